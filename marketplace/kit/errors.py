"""The one base class of every refusal a person can be told about."""

from typing import ClassVar

from django.utils.functional import Promise


class DomainError(Exception):
    """A rule said no. Not a bug: shown to the person, never logged as an error.

    Subclasses are named as the fact they state and carry `sentence`, which the reader sees.
    """

    status: ClassVar[int] = 409
    code: ClassVar[str] = "refused"
    sentence: ClassVar[str | Promise] = ""
    # Which field of a form it is about, if one.
    field: ClassVar[str] = ""

    def __init__(self, sentence: str | Promise | None = None) -> None:
        super().__init__(str(sentence or self.sentence))
