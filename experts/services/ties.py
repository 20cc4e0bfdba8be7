"""Keeps who works for whom, told by contracts; vetting draws conflicts of interest from it."""

from datetime import datetime

from accounts.models import Organisation
from experts.models import Expert, Tie


def begin(expert: Expert, organisation: Organisation, *, source: str) -> Tie:
    """Remember that money is open between the two; saying it again changes nothing."""
    row, _ = Tie.objects.get_or_create(
        source=source, defaults={"expert": expert, "organisation": organisation}
    )
    return row


def end(*, source: str, at: datetime) -> None:
    """Remember the last day of a contract, from which two years are counted."""
    Tie.objects.filter(source=source, until=None).update(until=at.date())
