"""What the API shows and takes of saved searches for experts."""

from typing import Any

from django.urls import reverse
from rest_framework import serializers

from accounts.models import Cadence
from accounts.serializers import In, Line, Page, PublicModelOut


def _page(search: Any) -> str:
    return reverse("experts:expert-search", args=[search.public_id])


class ExpertSearchOut(PublicModelOut):
    """A search for experts that tells who begins to fit it."""

    url = Page(_page)
    name = serializers.CharField()
    query = serializers.CharField(help_text="As in the address of the directory, after its “?”.")
    cadence = serializers.CharField()


class CadenceIn(In):
    """How soon a search tells."""

    cadence = serializers.ChoiceField(choices=Cadence.values)


class NewSearchIn(CadenceIn):
    """A search to keep; one of yours that has the name is replaced."""

    name = Line(max_length=60)
    query = serializers.CharField(
        max_length=2000, help_text="As in the address of the directory, after its “?”."
    )
