"""Reads of disputes: the page of both sides, the file that builds itself, the desk.

Nothing here returns an amount of a settlement offer but to the side that named it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, User
from contracts import policies
from contracts.models import (
    ChangeRequest,
    Decision,
    DecisionEvent,
    Dispute,
    Exhibit,
    Milestone,
    Statement,
    Submission,
)
from contracts.models.dispute import (
    ANSWER_WITHIN,
    APPEAL_WITHIN,
    BEFORE_STAFF,
    BETWEEN_THE_SIDES,
    DECIDE_WITHIN,
    SETTLE_WITHIN,
    WITH_STAFF,
    DisputeEvent,
    Side,
)
from contracts.selectors import dispute_steps
from contracts.selectors.conflicts import DisputeConflict
from contracts.selectors.contracts import Turn
from contracts.selectors.stages import CheckLine, check_lines
from experts.models import Upload
from marketplace.kit.money import Money

Status = Dispute.Status


def whole(disputes: QuerySet[Dispute]) -> QuerySet[Dispute]:
    """Fetch disputes with all that their page shows, settlement offers apart."""
    return disputes.select_related(
        "milestone__contract__organisation", "milestone__contract__expert__user", "decider"
    ).prefetch_related(
        Prefetch("statements", Statement.objects.select_related("by")),
        "statements__remarks__agreed_check",
        "statements__exhibits__upload",
        Prefetch("decisions", standing()),
        "decisions__findings__agreed_check",
        "history__by",
    )


def standing() -> QuerySet[Decision]:
    """Return decisions that were given, the first round first."""
    given = Decision.objects.filter(status=Decision.Status.STANDING)
    return given.select_related("by", "second").order_by("round")


# --- The path, with its dates


@dataclass(frozen=True, slots=True)
class Leg:
    """One phase of the path: when it ended, or by when it ends at the latest."""

    text: str | Promise
    consequence: str | Promise
    at: datetime | None
    # done, now, or nothing while it is to come.
    state: str


PHASES: Sequence[tuple[str | Promise, str | Promise, timedelta]] = (
    (
        _("The other side answers"),
        _("Without an answer, what was asked for is granted."),
        ANSWER_WITHIN,
    ),
    (
        _("The two sides settle it"),
        _("If the amounts they would accept do not meet, our staff decide."),
        SETTLE_WITHIN,
    ),
    (
        _("Somebody uninvolved decides"),
        _("With a reason for every agreed check."),
        DECIDE_WITHIN,
    ),
    (
        _("Either side can appeal, once"),
        _("Without an appeal the decision is final, and the money moves."),
        APPEAL_WITHIN,
    ),
)
PLACE: Mapping[str, int] = {
    Status.OPEN: 0,
    Status.ANSWERED: 1,
    Status.SETTLING: 1,
    Status.DECIDING: 2,
    Status.DECIDED: 3,
    Status.APPEALED: 4,
}
# What ended each of the phases.
ENDED_BY = (
    {"answer", "grant_unanswered"},
    {"settle", "send_to_staff"},
    {"decide"},
    {"appeal", "finish"},
)
ENDINGS: Mapping[str, str | Promise] = {
    "settle": _("Settled"),
    "concede": _("Settled: one side agreed to the other"),
    "grant_unanswered": _("Granted, because nobody answered"),
    "finish": _("Final"),
    "decide_appeal": _("Decided on appeal, final"),
    "withdraw": _("Withdrawn"),
    "void": _("Without object: the bank took the money"),
}


def path_from(at: datetime) -> list[Leg]:
    """Return the path of a dispute that would be opened now: each end at its latest."""
    return _to_come(PHASES, at)


def path(dispute: Dispute) -> list[Leg]:
    """Return the path of a dispute: what is past with its day, what is to come at its latest."""
    happened = {line.verb: line.at for line in dispute.history.all()}
    legs = [Leg(_("Opened"), "", happened.get("open"), "done")]
    for (text, consequence, _within), ends in zip(PHASES, ENDED_BY, strict=True):
        ended = [happened[verb] for verb in ends if verb in happened]
        if ended:
            legs.append(Leg(text, consequence, min(ended), "done"))
    if dispute.is_going_on:
        return legs + _ahead(dispute)
    ending = next((verb for verb in ENDINGS if verb in happened), "")
    return [*legs, Leg(ENDINGS.get(ending, ""), "", dispute.ended_at, "done")]


def _ahead(dispute: Dispute) -> list[Leg]:
    assert dispute.due_at  # noqa: S101 (the clock runs)
    place = PLACE[dispute.status]
    if place == len(PHASES):
        again = _("Somebody else decides the appeal")
        return [Leg(again, _("That decision is final."), dispute.due_at, "now")]
    text, consequence, _within = PHASES[place]
    now = Leg(text, consequence, dispute.due_at, "now")
    return [now, *_to_come(PHASES[place + 1 :], dispute.due_at)]


def _to_come(
    phases: Iterable[tuple[str | Promise, str | Promise, timedelta]], since: datetime
) -> list[Leg]:
    legs = []
    for text, consequence, within in phases:
        since += within
        legs.append(Leg(text, consequence, since, ""))
    return legs


# --- What one reader may do, and knows of the settlement


def turn(dispute: Dispute, user: User, member: Membership | None) -> Turn | None:
    """Return the reader's own next move in a dispute, else what it waits for, else nothing."""
    side = side_of(user, dispute)
    if not dispute.is_going_on:
        return None
    named = {row.side for row in dispute.offers.only("dispute", "side")}
    found = dispute_steps.of(dispute.milestone.contract, dispute, named_by=named)
    for step in found:
        if step.side == side and (side == Side.EXPERT or step.is_for(member)):
            return Turn(step, is_yours=True)
    return Turn(found[0], is_yours=False)


@dataclass(frozen=True, slots=True)
class Settlement:
    """What one side may know: its own amounts, and whether the other side has named any."""

    own: Money | None
    left: int
    is_other_in: bool


def settlement(dispute: Dispute, side: str, *, most: int) -> Settlement:
    """Return what a side may know of the blind offers.

    :param most: how often a side may name an amount.
    """
    own = list(dispute.offers.filter(side=side).values_list("amount_minor", flat=True))
    others = dispute.offers.exclude(side=side)
    return Settlement(
        own=Money(own[-1], dispute.amount.currency) if own else None,
        left=most - len(own),
        is_other_in=others.exists(),
    )


@dataclass(frozen=True, slots=True)
class Doors:
    """What a reader can do with a dispute as it stands."""

    answer: bool
    settle: bool
    concede: bool
    add: bool
    withdraw: bool
    appeal: bool


def doors(dispute: Dispute, user: User, member: Membership | None) -> Doors:
    """Return what this reader can do now."""
    contract = dispute.milestone.contract
    side = side_of(user, dispute)
    runs = dispute.is_going_on and dispute.suspended_at is None
    speaks = runs and policies.may_dispute(user, member, contract)
    pays = runs and policies.may_settle(user, member, contract)
    is_between = dispute.status in BETWEEN_THE_SIDES
    theirs = dispute.wish_of(Side.CLIENT if side == Side.EXPERT else Side.EXPERT)
    is_untaken_appeal = dispute.status == Status.APPEALED and dispute.decider_id is None
    return Doors(
        answer=speaks and dispute.may("answer") and side == dispute.other_side,
        settle=pays and is_between,
        concede=pays and dispute.may("concede") and theirs is not None,
        add=speaks and (dispute.status == Status.OPEN or is_between or is_untaken_appeal),
        withdraw=speaks and dispute.may("withdraw") and side == dispute.opener,
        appeal=speaks and dispute.may("appeal"),
    )


def side_of(user: User, dispute: Dispute) -> str:
    """On which side of the dispute a party to its contract stands."""
    is_expert = policies.is_expert_of(user, dispute.milestone.contract)
    return Side.EXPERT if is_expert else Side.CLIENT


@dataclass(frozen=True, slots=True)
class Wish:
    """What one side asks for: how much for the expert, how much back to the client."""

    name: str
    to_expert: Money | None
    to_client: Money | None


def wishes(dispute: Dispute) -> list[Wish]:
    """Return what each side asks for, the opener first."""
    contract = dispute.milestone.contract
    names = {Side.CLIENT: contract.organisation.name, Side.EXPERT: contract.expert.name}
    sides = (Side(dispute.opener), Side(dispute.other_side))
    return [_wish(dispute, names[side], dispute.wish_of(side)) for side in sides]


def _wish(dispute: Dispute, name: str, wants: Money | None) -> Wish:
    return Wish(name, wants, None if wants is None else dispute.amount - wants)


# --- The file that builds itself


@dataclass(frozen=True, slots=True)
class Handed:
    """Work handed in, with what was measured and what was sent back."""

    submission: Submission
    checks: Sequence[CheckLine]
    changes: ChangeRequest | None


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of a milestone's history, in words."""

    at: datetime
    text: str | Promise


HAPPENED: Mapping[str, str | Promise] = {
    "fund": _("Paid for, the money is held"),
    "submit": _("Handed in"),
    "ask_for_changes": _("Changes asked"),
    "dispute": _("Disputed, the money is frozen"),
    "resume_work": _("Dispute withdrawn, work goes on"),
    "resume_review": _("Dispute withdrawn, in review again"),
    "resume_changes": _("Dispute withdrawn, changes still asked"),
    "award_expert": _("All of it to the expert"),
    "award_client": _("All of it back to the client"),
    "award_both": _("A part to each"),
    "take_back": _("Taken back by the client's bank"),
}


@dataclass(frozen=True, slots=True)
class CaseFile:
    """What is known of the milestone without anybody having to say it."""

    works: Sequence[Handed]
    history: Sequence[Moment]


def case_file(milestone: Milestone) -> CaseFile:
    """Assemble the checks, the measured values, the work, the requests and the moves."""
    submissions = milestone.submissions.order_by("pk").prefetch_related(
        "measures__agreed_check", "change_request__failing"
    )
    return CaseFile(
        works=[_handed(row) for row in submissions],
        history=[
            Moment(line.at, HAPPENED[line.verb])
            for line in milestone.history.all()
            if line.verb in HAPPENED
        ],
    )


def _handed(submission: Submission) -> Handed:
    return Handed(submission, check_lines(submission), getattr(submission, "change_request", None))


# --- Files


def exhibits_for(user: User, *, at: datetime) -> QuerySet[Exhibit]:
    """Return the clean files a person may read: their dispute's, or those of one at the desk."""
    seen = Q(statement__dispute__in=Dispute.objects.visible_to(user))
    if policies.may_decide(user):
        free = at_desk(user, at=at).alias(why=DisputeConflict(user, "pk", at))
        seen |= Q(statement__dispute__in=free.filter(why__isnull=True))
    files = Exhibit.objects.filter(seen, upload__status=Upload.Status.CLEAN)
    return files.select_related("upload")


# --- The desk


def at_desk(user: User, *, at: datetime) -> QuerySet[Dispute]:
    """Return the disputes that came to our staff, each with what keeps this person from it.

    That is asked of the rows of a page alone: nothing here sorts or counts by it.
    """
    sent = DisputeEvent.objects.filter(row=OuterRef("pk"), verb="send_to_staff")
    rows = Dispute.objects.filter(Exists(sent), status__in=BEFORE_STAFF)
    related = rows.select_related(
        "milestone__contract__organisation", "milestone__contract__expert__user", "decider"
    )
    return related.annotate(conflict=DisputeConflict(user, "pk", at))


def queue(user: User, *, at: datetime) -> QuerySet[Dispute]:
    """Return what waits for a decision, the one due first on top."""
    waiting = at_desk(user, at=at).filter(status__in=WITH_STAFF)
    proposed = Decision.objects.filter(status=Decision.Status.PROPOSED).select_related("by")
    rows = waiting.prefetch_related(Prefetch("decisions", proposed, "proposed"))
    return rows.order_by("due_at", "pk")


def lately_decided(user: User, *, at: datetime, limit: int = 20) -> QuerySet[Dispute]:
    """Return what was decided last, whether or not it is final."""
    done = at_desk(user, at=at).filter(status__in=(Status.DECIDED, Status.FINAL))
    return done.order_by("-pk")[:limit]


def proposed(dispute: Dispute) -> Decision | None:
    """Return the decision that waits for its second person."""
    waiting = Decision.objects.filter(dispute=dispute, status=Decision.Status.PROPOSED)
    return waiting.select_related("by").prefetch_related("findings__agreed_check").first()


def sent_back(dispute: Dispute) -> QuerySet[DecisionEvent]:
    """Return why second persons did not agree, the latest first; for staff alone."""
    rows = DecisionEvent.objects.filter(row__dispute=dispute, verb="send_back")
    return rows.select_related("by", "row").order_by("-pk")
