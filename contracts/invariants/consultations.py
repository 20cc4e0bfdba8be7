"""Booked times and the money that is held for them."""

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, Q

from contracts.models import Consultation, Milestone
from contracts.models.consultation import BOOKED_FIRST
from contracts.models.milestone import UNDER_WAY


def consultations_that_do_not_fit() -> Iterator[str]:
    """A booked consultation holds its money; one that is off, or not paid for, holds none."""
    holds = Milestone.objects.filter(
        contract=OuterRef("contract"),
        position=BOOKED_FIRST,
        status__in=(*UNDER_WAY, Milestone.Status.DISPUTED),
    )
    booked = (Consultation.Status.BOOKED, Consultation.Status.EXPERT_MISSED)
    off = (Consultation.Status.RETURNED, Consultation.Status.LAPSED)
    wrong = Q(status__in=booked, holds=False) | Q(status__in=off, holds=True)
    rows = Consultation.objects.annotate(holds=Exists(holds)).filter(wrong)
    for name, status, is_held in rows.values_list("public_id", "status", "holds"):
        yield f"{name} is {status} and holds {'money' if is_held else 'nothing'}"
