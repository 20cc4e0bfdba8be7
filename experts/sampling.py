"""Which applications a second reviewer judges though nothing asks for it: a published sample.

The rule is public, so that nobody has to trust our dice, and it cannot be steered: an application
gets its public id at random, before anybody can read it.
"""

from hashlib import sha256

from django.conf import settings


def is_sampled(public_id: str) -> bool:
    """Whether this id is in the sample.

    It is when the SHA-256 of the id, read as a number, leaves a rest below
    `VETTING_SAMPLE_PERCENT` after division by 100.
    """
    number = int.from_bytes(sha256(public_id.encode()).digest())
    return number % 100 < settings.VETTING_SAMPLE_PERCENT
