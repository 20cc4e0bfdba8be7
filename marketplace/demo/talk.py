"""What a few clients and experts of the demo wrote to each other."""

from collections.abc import Iterator
from datetime import timedelta

from jobs.models import Proposal
from jobs.services import messages
from marketplace.demo.cast import CLIENT, EXPERT, Scene
from marketplace.demo.demand import hiring

# Who writes, how many hours after the proposal, and what; about any kind of work.
BEFORE_A_CHOICE = (
    ("client", 5, "Thank you. Before we compare: does your first milestone include the test set?"),
    (
        "expert",
        9,
        "It does. I would draw 200 cases with one of your people, and we freeze them first.",
    ),
    ("client", 26, "We have about 80 cases, none of them hard. I will look at your evidence."),
)
UNDER_A_CONTRACT = (
    ("client", 30, "Your accounts are ready. Who should be invited to the weekly call?"),
    ("expert", 33, "Just me, and whoever on your side knows the exceptions. Tuesdays are good."),
    ("client", 50, "Tuesday it is. Our data lead brings the three cases that failed last time."),
    ("expert", 52, "Good, those go into the test set as they are."),
)


def load(scene: Scene) -> None:
    """Let the people one signs in as have something to read."""
    for proposal in _picked():
        is_hired = proposal.status == Proposal.Status.HIRED
        _talk(scene, proposal, UNDER_A_CONTRACT if is_hired else BEFORE_A_CHOICE)


def _picked() -> Iterator[Proposal]:
    """Name the newest contract and proposal of the client, and the newest contract of the expert.

    An expert who is not hired does not write first, so each begins with the client.
    """
    rows = Proposal.objects.select_related("job__organisation", "expert__user")
    rows = rows.order_by("-submitted_at")
    of_client = rows.filter(job__organisation__memberships__user__email=CLIENT)
    yield from of_client.filter(status=Proposal.Status.HIRED)[:1]
    yield from of_client.filter(status=Proposal.Status.SUBMITTED)[:1]
    of_expert = rows.filter(expert__user__email=EXPERT, status=Proposal.Status.HIRED)
    yield from of_expert.exclude(job__organisation__memberships__user__email=CLIENT)[:1]


def _talk(scene: Scene, proposal: Proposal, lines: tuple[tuple[str, int, str], ...]) -> None:
    client, expert = hiring(proposal.job.organisation), proposal.expert.user
    for side, hours, text in lines:
        at = (proposal.submitted_at or scene.now) + timedelta(hours=hours)
        by = client if side == "client" else expert
        if at < scene.now:
            messages.begin(proposal, text=text, files=[], by=by, at=at)
