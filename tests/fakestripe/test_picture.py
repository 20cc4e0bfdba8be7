"""The stand-in is taken along and brought back, with its clock."""

import pytest
from stripe import InvalidRequestError


def test_what_it_knew_and_the_time_are_back(remote, stripe, charge):
    remote.advance(3_600)
    picture = remote.picture()
    remote.reset()
    with pytest.raises(InvalidRequestError):
        stripe.v1.charges.retrieve(charge.id)

    # As if it were brought back ten minutes later.
    remote.restore(picture | {"now": picture["now"] - 600})

    assert stripe.v1.charges.retrieve(charge.id).amount == 315_00
    assert 0 <= remote.clock() - (picture["now"] - 600) <= 5
