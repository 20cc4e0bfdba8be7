"""Reads of the cases for which payouts wait, for the desk and for those whose money it is."""

from django.db.models import Prefetch, QuerySet

from accounts.models import Organisation
from contracts.models import Operation, PayoutCase, Sign
from contracts.models.payout_case import LIVE_CASES
from experts.models import Expert

Status = PayoutCase.Status


def whole() -> QuerySet[PayoutCase]:
    """Return cases with whose they are and what was seen, each kind once for each payout."""
    signs = Sign.objects.select_related("operation__contract__organisation")
    rows = PayoutCase.objects.select_related("expert__user", "organisation")
    return rows.prefetch_related(Prefetch("signs", signs))


def waiting() -> QuerySet[PayoutCase]:
    """Return what nobody has judged, the oldest on top."""
    return whole().filter(status=Status.OPEN).order_by("pk")


def judged() -> QuerySet[PayoutCase]:
    """Return what our staff have judged, the latest on top; what is kept back before the rest."""
    return whole().exclude(status=Status.OPEN).order_by("-status", "-pk")


def waits_for(case: PayoutCase) -> QuerySet[Operation]:
    """Return what is not sent because of a case, the oldest on top."""
    rows = Operation.objects.filter(status=Operation.Status.UNDER_REVIEW).order_by("pk")
    if case.expert_id:
        return rows.filter(kind=Operation.Kind.TRANSFER, contract__expert=case.expert_id)
    return rows.filter(kind=Operation.Kind.REFUND, contract__organisation=case.organisation_id)


def of_expert(expert: Expert) -> PayoutCase | None:
    """Return the case for which an expert's payouts wait, if there is one."""
    return PayoutCase.objects.filter(expert=expert, status__in=LIVE_CASES).first()


def of_client(organisation: Organisation) -> PayoutCase | None:
    """Return the case for which what goes back to a client waits, if there is one."""
    return PayoutCase.objects.filter(organisation=organisation, status__in=LIVE_CASES).first()
