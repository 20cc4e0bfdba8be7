"""Reads of what left an expert's account at Stripe for their bank."""

from django.db.models import QuerySet

from contracts.models import ExpertPayout
from experts.models import Expert


def of_expert(expert: Expert) -> QuerySet[ExpertPayout]:
    """Return an expert's payouts, the latest first."""
    return ExpertPayout.objects.filter(account__expert=expert).select_related("account")
