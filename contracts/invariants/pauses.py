"""Contracts that are paused, and the pauses they are in."""

from collections.abc import Iterator

from django.db.models import Exists, OuterRef

from contracts.models import Contract, Pause


def pauses_that_do_not_fit() -> Iterator[str]:
    """A contract is paused exactly while a pause of it has not ended."""
    is_paused = Contract.Status.PAUSED
    for row in Pause.objects.filter(ended_at=None).exclude(contract__status=is_paused):
        yield f"pause {row.pk} goes on, but its contract does not stand still"
    open_ = Pause.objects.filter(contract=OuterRef("pk"), ended_at=None)
    for contract in Contract.objects.filter(~Exists(open_), status=is_paused):
        yield f"{contract.public_id} is paused, and nobody paused it"
