"""How a view of the API says what the form of a page would say."""

from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS
from django.forms import Form
from rest_framework.exceptions import ValidationError


def refuse_what_the_page_would(form: Form) -> None:
    """Let through what the page takes.

    The key of a row that the page puts behind a field's name (`check12`) is its own affair.

    :raises ValidationError: with the sentences of the page beside their fields.
    """
    if form.is_valid():
        return
    wrong: Any = {_named(name): said for name, said in form.errors.items()}
    raise ValidationError(wrong)


def _named(name: str) -> str:
    return "detail" if name == NON_FIELD_ERRORS else name.rstrip("0123456789")
