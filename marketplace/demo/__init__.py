"""A believable marketplace, made by calling the services as people would.

Everything follows from the JSON files beside this module and one seed, so that the same data come
out every time; dates count back from the moment of loading. All addresses are under `.example`,
which RFC 2606 keeps free of real people.
"""
