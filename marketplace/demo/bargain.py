"""An offer of the demo that an expert answered with other terms: it waits for the client."""

from datetime import datetime, timedelta

from contracts.models import Offer
from contracts.services import offers
from contracts.services.offered import Part
from jobs import clauses
from jobs.models import Job, Proposal
from marketplace.demo.cast import CLIENT, Scene
from marketplace.demo.demand import hiring

TWO_WEEKS = timedelta(days=14)
LICENSED = "ip.licensed.1"


def load(scene: Scene) -> None:
    """Let the person one signs in as have other terms to read."""
    offered_at, answered_at = scene.ago(2), scene.ago(1)
    rows = Proposal.objects.filter(
        job__organisation__memberships__user__email=CLIENT,
        job__status=Job.Status.OPEN,
        status=Proposal.Status.SUBMITTED,
        submitted_at__lt=offered_at,
    )
    proposal = rows.select_related("job__organisation", "expert__user").order_by("pk").first()
    if proposal:
        _answer(_offer(proposal, at=offered_at), at=answered_at)


def _offer(proposal: Proposal, *, at: datetime) -> Offer:
    return offers.make(
        proposal,
        title=proposal.job.title,
        milestones=[
            Part(row.title, row.amount, max(row.due_on, (at + TWO_WEEKS).date()))
            for row in proposal.milestones.all()
        ],
        targets=[check.target for check in proposal.job.checks.all()],
        review_window_days=14,
        clauses=clauses.usual(proposal.job),
        message="Could you begin this month? Our test set is frozen.",
        by=hiring(proposal.job.organisation),
        at=at,
    )


def _answer(offer: Offer, *, at: datetime) -> None:
    """Ask for two weeks more for the last part, a shorter review and to keep the rights."""
    parts = [Part(row.title, row.amount, row.due_on) for row in offer.milestones.all()]
    last = parts[-1]
    offers.counter(
        offer,
        title=offer.title,
        milestones=[*parts[:-1], Part(last.title, last.amount, last.due_on + TWO_WEEKS)],
        targets=[check.target for check in offer.checks.all()],
        review_window_days=7,
        clauses=[LICENSED if ref.startswith("ip.") else ref for ref in offer.clauses],
        message="I would rather test the last part twice, so I need two weeks more for it.",
        by=offer.proposal.expert.user,
        at=at,
    )
