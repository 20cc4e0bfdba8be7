"""A contract of the demo that its expert has paused: the client reads why, and until when."""

from django.db.models import Q

from contracts.models import Contract, Milestone, Pause
from contracts.models.milestone import UNDER_WAY
from contracts.services import pauses
from marketplace.demo.cast import CLIENT, EXPERT, Scene

# Money is held, comes in or is argued about.
BUSY = (*UNDER_WAY, Milestone.Status.FUNDING, Milestone.Status.DISPUTED)


def load(scene: Scene) -> None:
    """Pause a contract that waits for nothing but to be funded."""
    paused_at = scene.ago(2)
    waiting = Contract.objects.filter(
        Q(organisation__memberships__user__email=CLIENT) | Q(expert__user__email=EXPERT),
        status=Contract.Status.ACTIVE,
        kind=Contract.Kind.FIXED,
        milestones__status=Milestone.Status.PLANNED,
        started_at__lt=paused_at,
    ).exclude(milestones__status__in=BUSY)
    contract = waiting.order_by("pk").last()
    if contract:
        pauses.pause(
            contract,
            reason=Pause.Reason.WAITING,
            note="Your lawyers still look at the access to the archive. I begin when I have it.",
            by=contract.expert.user,
            at=paused_at,
        )
