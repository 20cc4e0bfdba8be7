"""Which delivered work runs on models that retire."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from contracts.models import Contract, Submission
from experts.models import ModelRelease
from experts.services.impact import Use


@dataclass(frozen=True, slots=True)
class Delivery:
    """A contract whose latest work on some milestone runs on a release."""

    contract: Contract
    release: ModelRelease


def running_on(releases: QuerySet[ModelRelease]) -> Iterator[Delivery]:
    """Yield each contract with each of these models its latest work runs on, once."""
    latest = Submission.objects.filter(milestone=OuterRef("milestone")).order_by("-pk").values("pk")
    works = Submission.objects.filter(pk=Subquery(latest[:1]), built_on__in=releases)
    pairs = works.order_by().values_list("milestone__contract", "built_on").distinct()
    found = list(pairs)
    contracts = Contract.objects.select_related("organisation", "expert__user").in_bulk(
        [contract for contract, _release in found]
    )
    named = ModelRelease.objects.in_bulk([release for _contract, release in found])
    for contract, release in sorted(found):
        yield Delivery(contracts[contract], named[release])


def uses_of_retiring() -> set[Use]:
    """Return what runs on retiring models, for the preview of a change of the registry."""
    return {
        Use(
            name=_("contract %(number)s") % {"number": delivery.contract.public_id},
            url=reverse("contracts:detail", args=[delivery.contract.public_id]),
            api_id=delivery.release.api_id,
        )
        for delivery in running_on(ModelRelease.objects.retiring())
    }
