"""Addresses of places on a page, for whoever leads there."""

from django.urls import reverse


def of_milestone(contract: str, position: int | str) -> str:
    """Return where a milestone stands on its contract's page, on whichever of its pages that is.

    :param contract: the contract's public id.
    """
    page = reverse("contracts:detail", args=[contract])
    return f"{page}?milestone={position}#milestone-{position}"
