"""The milestones of a contract as its page shows them: the work, its checks, and what moved."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.core.paginator import Page, Paginator
from django.db.models import Prefetch, prefetch_related_objects

from contracts.models import (
    ChangeRequest,
    Contract,
    Dispute,
    Measure,
    Milestone,
    Payment,
    Refund,
    Release,
    Submission,
)
from contracts.models.milestone import FINAL
from contracts.models.payment import LIVE_PAYMENTS
from contracts.selectors import movements, payments
from contracts.selectors.movements import Movement
from experts.models import ModelRelease

S = Milestone.Status
MILESTONES_PER_PAGE = 20


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One agreed check beside what was measured: the row that `check_rows.html` shows."""

    text: str
    target: str
    measured: str
    result: str
    note: str


@dataclass(frozen=True, slots=True)
class Stage:
    """One milestone on the timeline, with the latest work handed in for it."""

    milestone: Milestone
    state: str
    submission: Submission | None
    checks: Sequence[CheckLine]
    earlier: Sequence[Submission]
    # That a person of the client accepted the latest work: who did, and when.
    accepted: Release | None
    # The one to pay for next, of those not funded; urgent while nothing else is under way.
    is_next: bool
    is_urgent: bool
    payment: Payment | None
    movements: Sequence[Movement]
    # The one that is going on, or the last one there was.
    dispute: Dispute | None

    @property
    def is_open(self) -> bool:
        """Whether it is shown with all that belongs to it."""
        return self.state in {"now", "bad"}

    @property
    def refusal(self) -> str:
        """What the bank said when it last refused the card of the payment under way."""
        return payments.refusal(self.payment)


@dataclass(frozen=True, slots=True)
class Timeline:
    """A page of a contract's milestones, and those on it with all that belongs to them."""

    page: Page[Milestone]
    stages: Sequence[Stage]


def timeline(contract: Contract, side: str, *, page: str = "", milestone: str = "") -> Timeline:
    """Return milestones of a contract in order, those under way open; fetches all that is shown.

    :param contract: as `whole` fetched it.
    :param side: who reads it: what keeps money from an expert is told to nobody else.
    :param page: the number of the page, as an address carries it; else that of `milestone`, which
        is a position, else the one on which something is to do.
    """
    rows = [row for row in contract.milestones.all() if not _was_never_paid(row)]
    pages = Paginator(rows, MILESTONES_PER_PAGE)
    shown = pages.get_page(page or _index_of(rows, milestone) // MILESTONES_PER_PAGE + 1)
    _fetch_what_is_shown(contract, list(shown))
    unfunded = [row for row in rows if row.status == S.PLANNED]
    is_idle = all(row.status in {S.PLANNED, *FINAL} for row in rows)
    stages = [
        _stage(row, side, is_next=row in unfunded[:1], is_urgent=row in unfunded[:1] and is_idle)
        for row in shown
    ]
    return Timeline(shown, stages)


def _index_of(milestones: Sequence[Milestone], position: str) -> int:
    """Find the milestone with this position; else the first that is not over, else the last."""
    if position.isdecimal():
        found = (at for at, row in enumerate(milestones) if row.position >= int(position))
    else:
        found = (at for at, row in enumerate(milestones) if row.status not in FINAL)
    return next(found, max(len(milestones) - 1, 0))


def _fetch_what_is_shown(contract: Contract, milestones: Sequence[Milestone]) -> None:
    """Fetch what these milestones show, and nothing of what the milestones say is not there."""
    prefetch_related_objects([contract], "checks")
    submissions = Submission.objects.select_related("change_request", "declaration")
    releases = ModelRelease.objects.select_related("family")
    prefetch_related_objects(
        milestones,
        Prefetch("submissions", submissions),
        Prefetch("submissions__measures", Measure.objects.select_related("agreed_check")),
        "submissions__change_request__failing",
        Prefetch("submissions__built_on", releases),
        "disputes",
    )
    released = [row for row in milestones if row.released]
    prefetch_related_objects(
        released, Prefetch("releases", Release.objects.select_related("by")), "releases__operations"
    )
    returned = [row for row in milestones if row.returned]
    prefetch_related_objects(
        returned,
        Prefetch("refunds", Refund.objects.select_related("payment")),
        "refunds__operations",
    )
    live = Payment.objects.filter(status__in=LIVE_PAYMENTS)
    being_paid = [row for row in milestones if row.status == S.FUNDING]
    prefetch_related_objects(being_paid, Prefetch("payments", live, "live_payments"))


def _was_never_paid(milestone: Milestone) -> bool:
    """A bonus or a week that was begun and given up is nothing to read about."""
    return milestone.is_made_to_be_paid and milestone.status in {S.PLANNED, S.CANCELLED}


def models_of(stages: Iterable[Stage]) -> list[ModelRelease]:
    """Return the models the latest work of these milestones runs on, the first to stop on top."""
    works = [stage.submission for stage in stages if stage.submission]
    found = {release for work in works for release in work.built_on.all()}
    return sorted(found, key=lambda release: (release.shutdown_on or date.max, release.api_id))


def check_lines(submission: Submission) -> list[CheckLine]:
    """Return the agreed checks of a submission with what was measured."""
    return [
        CheckLine(
            text=row.agreed_check.metric,
            target=row.agreed_check.goal,
            measured=_with_unit(row),
            result={True: "met", False: "missed", None: ""}[row.is_met],
            note=row.explanation,
        )
        for row in submission.measures.all()
    ]


def missed(checks: Iterable[CheckLine]) -> list[CheckLine]:
    """Return the checks that were missed, or for which nothing was measured."""
    return [row for row in checks if row.result == "missed" or not row.measured]


def _stage(milestone: Milestone, side: str, *, is_next: bool, is_urgent: bool) -> Stage:
    submissions = list(milestone.submissions.all())
    latest = submissions[0] if submissions else None
    live: list[Payment] = getattr(milestone, "live_payments", [])
    disputes = list(milestone.disputes.all())
    releases = milestone.releases.all() if milestone.released else ()
    return Stage(
        milestone=milestone,
        state=_state(milestone),
        submission=latest,
        checks=check_lines(latest) if latest else _agreed(milestone.contract),
        earlier=submissions[1:],
        accepted=next((row for row in releases if row.kind == Release.Kind.APPROVED), None),
        is_next=is_next,
        is_urgent=is_urgent,
        payment=live[0] if live else None,
        movements=movements.movements(milestone, side),
        dispute=disputes[-1] if disputes else None,
    )


def _state(milestone: Milestone) -> str:
    """How the timeline draws it: over, under way, or still to come."""
    if milestone.status == S.CANCELLED:
        return ""
    if milestone.status in FINAL:
        return "done"
    if milestone.status == S.DISPUTED:
        return "bad"
    return "" if milestone.status == S.PLANNED else "now"


def _agreed(contract: Contract) -> list[CheckLine]:
    """The checks before anything was measured."""
    return [CheckLine(row.metric, row.goal, "", "", row.how) for row in contract.agreed_checks]


def _with_unit(row: Measure) -> str:
    unit = row.agreed_check.unit
    if not row.value or not unit or row.value.endswith(unit):
        return row.value
    return row.value + (unit if unit.startswith("%") else f" {unit}")


def latest_changes(milestone: Milestone) -> ChangeRequest | None:
    """Return what the client last wanted changed."""
    asked = ChangeRequest.objects.filter(submission__milestone=milestone)
    return asked.prefetch_related("failing").order_by("-pk").first()
