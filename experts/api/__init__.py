"""Experts and badges for machines; own profiles and searches for their owners' programs."""
