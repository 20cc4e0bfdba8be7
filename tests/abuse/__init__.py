"""What people try who mean no good, by the hundred: corpora and simulators for the checks B-05 on.

Each corpus has two halves, of other seeds and other templates. The rules were written beside the
half that is `known`; the figures are read on the half that is held out.
"""
