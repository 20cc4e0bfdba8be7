"""Reads of profiles, badges and applications, each shaped for the page that shows it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.models.user import LEADS, REVIEWERS
from accounts.selectors import Todo
from experts import tasklist
from experts.models import (
    Application,
    Badge,
    DeskChoice,
    Evidence,
    Expert,
    ModelFamily,
    ReleaseChange,
    Review,
    ScoreKey,
    Skill,
    WorkRecord,
)
from experts.models.expert import VALID_BADGES
from experts.models.review import BLIND_SEATS
from experts.models.vetting import OPEN_APPLICATIONS, QUEUED_APPLICATIONS
from experts.reputation import Reputation, Said, reputation

# A share of fewer clients than this says more about chance than about the expert.
ENOUGH_CLIENTS = 3
# A median of fewer decisions in one skill says less than that of all skills.
ENOUGH_DECISIONS = 5
OFFICE_HOURS = range(9, 17)
# Over which time the site says how vetting went.
LATELY = timedelta(days=90)
REVIEWED_APPLICATIONS = ("changes_asked", "granted", "rejected")

# --- Badges


def valid_levels(expert_ids: Iterable[int]) -> dict[int, dict[int, int]]:
    """Return {expert pk: {skill pk: level}} of the badges that count today, in one query."""
    levels: dict[int, dict[int, int]] = defaultdict(dict)
    valid = Badge.objects.valid().filter(expert__in=list(expert_ids))
    for expert_id, skill_id, level in valid.values_list("expert_id", "skill_id", "level"):
        levels[expert_id][skill_id] = level
    return dict(levels)


def badges_with_proof() -> QuerySet[Badge]:
    """Return badges with what stands behind them: evidence, and everybody's judgement of it.

    Those are the judgements of the submission that was granted, so all of them were given, and
    nobody judges it any more.
    """
    given = Review.objects.given().filter(round=F("application__round")).order_by("pk")
    given = given.select_related("reviewer").prefetch_related("scores__criterion")
    return Badge.objects.select_related(
        "skill", "expert__user", "granted_by", "application"
    ).prefetch_related(
        "application__evidence__checks",
        "application__built_on__family",
        Prefetch("application__reviews", given),
    )


def badges_of(expert: Expert) -> tuple[list[Badge], list[Badge]]:
    """Return (those that count today, those that have lapsed), highest level first."""
    shown = badges_with_proof().filter(
        expert=expert, status__in=(*VALID_BADGES, Badge.Status.LAPSED)
    )
    valid = [badge for badge in shown if badge.is_valid]
    replaced = {badge.skill_id for badge in valid}
    lapsed = [badge for badge in shown if not badge.is_valid and badge.skill_id not in replaced]
    return valid, lapsed


def showcase_badge() -> Badge | None:
    """Return the newest valid badge of the highest level, with what stands behind it."""
    shown = badges_with_proof().filter(
        status__in=VALID_BADGES, application__evidence__shown=Evidence.Shown.EVERYTHING
    )
    return shown.order_by("-level", "-issued_on", "pk").first()


@dataclass(frozen=True, slots=True)
class Figures:
    """How many hold a badge in a skill at a level today, of how many who ever asked for it."""

    holders: int
    applicants: int


def figures_of(skill: Skill, level: int) -> Figures:
    """Return how hard a badge is to get, in two numbers."""
    asked = skill.applications.filter(level=level, submitted_at__isnull=False)
    return Figures(
        holders=skill.badges.filter(level=level, status__in=VALID_BADGES).count(),
        applicants=asked.aggregate(people=Count("expert", distinct=True))["people"],
    )


def outcomes_of(badges: Iterable[Badge]) -> list[Evidence]:
    """Return the public evidence of these badges that measured a change."""
    return [
        piece
        for badge in badges
        for piece in badge.application.evidence.all()
        if piece.is_public and piece.before and piece.after
    ]


# --- The registry


def families() -> QuerySet[ModelFamily]:
    """Return the families in their order, each with its releases; two queries."""
    return ModelFamily.objects.prefetch_related("releases")


def changes_of(family: ModelFamily) -> QuerySet[ReleaseChange]:
    """Return what was changed about a family's releases, newest first."""
    return ReleaseChange.objects.filter(release__family=family).select_related("release")


def skills_proven_on(family: ModelFamily) -> QuerySet[Skill]:
    """Return the skills with valid badges whose evidence runs on a family, with `holders`."""
    on_family = Badge.objects.valid().filter(application__built_on__family=family)
    counted = Count("badges", filter=Q(badges__in=on_family), distinct=True)
    return Skill.objects.annotate(holders=counted).filter(holders__gt=0).order_by("-holders", "pk")


def holders_on(family: ModelFamily) -> int:
    """Return how many experts hold a valid badge whose evidence runs on a family."""
    on_family = Badge.objects.valid().filter(application__built_on__family=family)
    return on_family.values("expert").distinct().count()


# --- Work and skills


@dataclass(frozen=True, slots=True)
class Clients:
    """Who came back: of how many clients, how many have more than one contract."""

    count: int
    returned: int

    @property
    def rehired(self) -> str:
        """Return the share of clients who came back ("68%"); of few, nothing."""
        if self.count < ENOUGH_CLIENTS:
            return ""
        return f"{100 * self.returned // self.count}%"


def history_of(expert: Expert) -> QuerySet[WorkRecord]:
    """Return the finished work clients have spoken about, newest first."""
    return expert.work_records.all()


def said_of(record: WorkRecord) -> Said:
    """Return what is public of a finished contract, as the score takes it."""
    return Said(
        source=record.source,
        completed_on=record.completed_on,
        rating=record.rating,
        scores={key: record.scores[key] for key in ScoreKey.values if key in record.scores},
        amount_band=record.amount_band,
        is_linked=record.is_linked,
        follows_lost_dispute=record.follows_lost_dispute,
        outcome=record.outcome,
    )


def reputation_from(records: Iterable[WorkRecord], *, on: date) -> Reputation:
    """Return the score that an expert's finished contracts make on a day."""
    return reputation(map(said_of, records), on=on)


def reputations(expert_ids: Iterable[int], *, on: date) -> dict[int, Reputation]:
    """Return the score of each of these experts on a day, in one query."""
    records: dict[int, list[WorkRecord]] = {expert_id: [] for expert_id in expert_ids}
    for record in WorkRecord.objects.filter(expert__in=list(records)):
        records[record.expert_id].append(record)
    return {expert_id: reputation_from(rows, on=on) for expert_id, rows in records.items()}


def clients_of(records: Iterable[WorkRecord]) -> Clients:
    """Return who came back."""
    counts = Counter(record.client_name for record in records)
    return Clients(len(counts), sum(count > 1 for count in counts.values()))


def unproven_skills(expert: Expert) -> QuerySet[Skill]:
    """Return the skills a profile claims without a valid badge."""
    proven = Badge.objects.valid().filter(expert=expert).values("skill")
    claimed = expert.claimed_skills.values("skill")
    return Skill.objects.filter(pk__in=claimed).exclude(pk__in=proven)


def skills_with_holders() -> QuerySet[Skill]:
    """Return the skills we vet, with how many experts hold a valid badge in each."""
    return Skill.objects.badgeable().annotate(
        holders=Count("badges", filter=Q(badges__status__in=VALID_BADGES))
    )


def level_holders(skill: Skill) -> dict[int, int]:
    """Return how many experts hold a valid badge in a skill, by level."""
    valid = skill.badges.filter(status__in=VALID_BADGES).order_by()
    return dict(valid.values_list("level").annotate(Count("pk")))


@dataclass(frozen=True, slots=True)
class SharedDay:
    """A day of the reader's clock: the hours an expert works, and those the reader does too.

    Both are taken to work from 9 to 17; neither has told us otherwise.
    """

    working: Sequence[int]
    shared: Sequence[int]


def shared_day(expert: Expert, reader_zone: str, at: datetime) -> SharedDay:
    """Return whose hours overlap today, on the reader's clock (an IANA name)."""
    midnight = at.astimezone(ZoneInfo(reader_zone)).replace(hour=0, minute=0)
    zone = ZoneInfo(expert.time_zone)
    hours = [(midnight + timedelta(hours=hour)).astimezone(zone).hour for hour in range(24)]
    working = [hour for hour, there in enumerate(hours) if there in OFFICE_HOURS]
    return SharedDay(working, [hour for hour in working if hour in OFFICE_HOURS])


# --- A freelancer's own pages


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that makes a profile complete."""

    text: str | Promise
    url: str
    is_done: bool


def completeness(expert: Expert) -> list[Step]:
    """Return what a profile has and what it still lacks, in the order in which it helps most."""
    edit = reverse("experts:edit-profile")
    apply = reverse("experts:apply")
    has_application = expert.applications.filter(status__in=OPEN_APPLICATIONS).exists()
    has_badge = expert.badges.filter(status__in=VALID_BADGES).exists()
    return [
        Step(_("Say who you are and what an hour costs"), edit, is_done=True),
        Step(_("Name your city"), edit, bool(expert.place)),
        Step(_("Set your time zone"), edit, expert.time_zone != "UTC"),
        Step(_("List the languages you work in"), edit, bool(expert.languages)),
        Step(_("List your skills"), edit, expert.claimed_skills.exists()),
        Step(_("Apply for your first badge"), apply, has_application or has_badge),
        Step(_("Hold a badge, and be found"), apply, has_badge),
    ]


def missing_from(application: Application) -> list[str | Promise]:
    """Return what keeps an application from being submitted, in words; empty when nothing does."""
    return [line for task in tasklist.tasks_of(application) for line in task.missing]


def median_days(skill: Skill | None) -> float | None:
    """Return within how many days half of the last hundred decisions came; of none, nothing."""
    decided = Application.objects.filter(decided_at__isnull=False, submitted_at__isnull=False)
    if skill and decided.filter(skill=skill).count() >= ENOUGH_DECISIONS:
        decided = decided.filter(skill=skill)
    times = decided.order_by("-decided_at").values_list("submitted_at", "decided_at")[:100]
    days = [
        (decided_at - submitted_at) / timedelta(days=1)
        for submitted_at, decided_at in times
        if submitted_at and decided_at
    ]
    return median(days) if days else None


@dataclass(frozen=True, slots=True)
class VettingFigures:
    """How vetting went lately: how long it took, how many were decided, and how."""

    median_days: float | None
    decided: int
    granted: int
    waiting: int
    is_on_time: bool

    @property
    def granted_share(self) -> str:
        """Return the share that was granted ("61%"); of few, nothing."""
        if self.decided < ENOUGH_DECISIONS:
            return ""
        return f"{100 * self.granted // self.decided}%"


def vetting_figures(at: datetime) -> VettingFigures:
    """Return the figures of the last 90 days, as the site publishes them."""
    lately = Application.objects.filter(decided_at__gte=at - LATELY)
    decided = lately.aggregate(
        all=Count("pk"), granted=Count("pk", filter=Q(status=Application.Status.GRANTED))
    )
    waiting = Application.objects.in_queue()
    return VettingFigures(
        median_days=median_days(None),
        decided=decided["all"],
        granted=decided["granted"],
        waiting=waiting.count(),
        is_on_time=not waiting.filter(due_at__lt=at).exists(),
    )


def place_in_line(application: Application) -> int:
    """Return how many undecided applications are due before this one, plus one; 0 outside."""
    if application.due_at is None or application.status not in QUEUED_APPLICATIONS:
        return 0
    ahead = Application.objects.in_queue().filter(due_at__lt=application.due_at)
    return ahead.count() + 1


def shown_review(application: Application) -> Review | None:
    """Return the judgement an applicant reads: the one of the decision or request that stands."""
    if application.status not in REVIEWED_APPLICATIONS:
        return None
    # The last to judge: a lead or the appeal where there was one.
    given = application.reviews.given().prefetch_related("scores__criterion")
    return given.order_by("-round", "-given_at", "-pk").first()


def applications_of(expert: Expert) -> QuerySet[Application]:
    """Return a freelancer's applications, newest first."""
    rows = expert.applications.select_related("skill", "badge").order_by("-pk")
    return rows.annotate(evidence_count=Count("evidence"))


# --- Home


def has_single_keys(user: User) -> bool:
    """Whether somebody works with shortcuts of one key; they do until they say otherwise."""
    return not DeskChoice.objects.filter(user=user, single_keys=False).exists()


def needs_you(user: User, at: datetime) -> list[Todo]:
    """Return what waits for this person: their own applications, and the queue if they review."""
    return [*_own_applications(user), *_cases(user, at)]


def _own_applications(user: User) -> Sequence[Todo]:
    waiting = Application.objects.filter(
        expert__user=user,
        status__in=(Application.Status.DRAFT, Application.Status.CHANGES_ASKED),
    ).select_related("skill")
    return [_own_application(application) for application in waiting]


def _own_application(application: Application) -> Todo:
    named = {"skill": application.skill.name, "level": application.level}
    if application.status == Application.Status.CHANGES_ASKED:
        text = _("Answer the reviewer: %(skill)s, level %(level)s") % named
        consequence = _("The review waits for you.")
    else:
        text = _("Finish your application: %(skill)s, level %(level)s") % named
        consequence = _("Nobody reads it before you submit it.")
    url = reverse("experts:application", args=[application.public_id])
    return Todo(text=str(text), url=url, deadline=None, consequence=str(consequence))


def _cases(user: User, at: datetime) -> Sequence[Todo]:
    if not user.has_duty(REVIEWERS):
        return []
    pending = Review.objects.pending().select_related(
        "application__skill", "application__expert__user"
    )
    mine = pending.filter(reviewer=user).order_by("application__due_at")
    others = pending.filter(status=Review.Status.OPEN).exclude(application__expert__user=user)
    if not user.has_duty(LEADS):
        others = others.filter(seat__in=BLIND_SEATS)
    sat = Review.objects.filter(
        application=OuterRef("application"), round=OuterRef("round"), reviewer=user
    )
    others = others.exclude(Exists(sat)).order_by("application__due_at")
    return [*map(_case, mine), *_waiting(others, at)]


def _waiting(seats: QuerySet[Review], at: datetime) -> Sequence[Todo]:
    """Return one line for all the seats nobody has, with the deadline of the first."""
    first = seats.first()
    if first is None or first.application.due_at is None:
        return []
    count = seats.values("application").distinct().order_by().count()
    text = ngettext(
        "%(count)d application waits for a reviewer",
        "%(count)d applications wait for a reviewer",
        count,
    )
    due = first.application.due_at
    promise = _("The first is past the day we promised.") if due < at else _("We promised a day.")
    url = reverse("admin:vetting:queue")
    return [Todo(text % {"count": count}, url, due, str(promise))]


def _case(seat: Review) -> Todo:
    case = seat.application
    named = {"name": case.expert.name, "skill": case.skill.name, "level": case.level}
    return Todo(
        text=str(_("Decide: %(name)s, %(skill)s level %(level)s") % named),
        url=reverse("admin:vetting:case", args=[case.public_id]),
        deadline=case.due_at,
        consequence=str(_("We promised a decision by then.")),
    )
