"""The one base class of every refusal a person can be told about."""

from http import HTTPStatus
from typing import ClassVar

from django.utils.functional import Promise


class DomainError(Exception):
    """A rule said no. Not a bug: shown to the person, never logged as an error.

    Subclasses are named as the fact they state and carry `sentence`, which the reader sees.
    """

    status: ClassVar[int] = 409
    code: ClassVar[str] = "refused"
    sentence: ClassVar[str | Promise] = ""
    # In how many seconds it may be possible, where it is refused for now: a 429 or a 503.
    come_back: ClassVar[int] = 60
    # Which field of a form it is about, if one.
    field: ClassVar[str] = ""

    def __init__(self, sentence: str | Promise | None = None) -> None:
        super().__init__(str(sentence or self.sentence))

    @property
    def headers(self) -> dict[str, str]:
        """What an answer says about it (RFC 9110, section 10.2.3)."""
        for_now = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)
        return {"Retry-After": str(self.come_back)} if self.status in for_now else {}
