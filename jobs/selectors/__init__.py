"""Reads of jobs, matches and proposals, shaped for a page."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypedDict

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from experts.marking import excerpt, marked
from experts.models import Badge, Expert
from experts.selectors import valid_levels
from jobs.models import (
    CheckAnswer,
    Conversation,
    Job,
    JobSkill,
    Match,
    MustAnswer,
    Proposal,
    ProposedMilestone,
    UseCase,
)
from marketplace.kit.money import Money
from marketplace.kit.sums import count_of, sum_of

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    class Answers(TypedDict):
        """How many proposals came."""

        answers: int

    CountedJob = WithAnnotations[Job, Answers]
else:  # mypy's word for a row with annotations
    CountedJob = Job

# So much of what the work is stands in a list, in characters.
SCOPE_SHOWN = 200
# A job's skills with their names, in one query.
WISHES = Prefetch("skills", JobSkill.objects.select_related("skill"))


# --- What AI work is like


def use_cases(limit: int) -> QuerySet[UseCase]:
    """Return the first templates of AI work, with the skills each asks for."""
    return UseCase.objects.prefetch_related("skills__skill")[:limit]


# --- The board and a job's page


def narrowed(
    user: User | Any,
    *,
    skills: Collection[Any] = (),
    budget: Money | None = None,
    sensitivity: str = "",
    use_case: UseCase | None = None,
    language: str = "",
    zones: Collection[str] | None = None,
    since: datetime | None = None,
    fits: Expert | None = None,
) -> QuerySet[Job]:
    """Open jobs the reader may see, narrowed by what the board's filters ask for.

    :param zones: the time zones one of which the client has to live in; nothing means anywhere.
    """
    jobs: QuerySet[Job] = Job.objects.visible_to(user).open()
    if skills:
        wanted = JobSkill.objects.filter(job=OuterRef("pk"), skill__in=skills)
        jobs = jobs.filter(Exists(wanted))
    named = {
        "budget_max_minor__gte": budget and budget.minor,
        "sensitivity": sensitivity or None,
        "use_case": use_case,
        "languages__contains": [language] if language else None,
        "time_zone__in": zones,
        "published_at__gt": since,
    }
    jobs = jobs.filter(**{name: value for name, value in named.items() if value is not None})
    return jobs if fits is None else _that_fit(jobs, fits)


def as_rows(jobs: QuerySet[Job]) -> QuerySet[CountedJob]:
    """Add what a row of a list shows: client, use case, skills and how many have answered."""
    return (
        jobs.select_related("organisation", "use_case")
        .prefetch_related(WISHES)
        .annotate(answers=count_of(Proposal.objects.received(), "job"))
    )


def _that_fit(jobs: QuerySet[Job], expert: Expert) -> QuerySet[Job]:
    """Jobs whose must-haves this expert has proven and whose limit their rate keeps."""
    proven = Badge.objects.valid().filter(
        expert=expert, skill=OuterRef("skill"), level__gte=OuterRef("level")
    )
    missing = JobSkill.objects.filter(~Exists(proven), job=OuterRef("pk"), is_must=True)
    affordable = Q(max_rate_minor=None) | Q(max_rate_minor__gte=expert.rate_minor)
    return jobs.filter(~Exists(missing), affordable)


# Exact numbers would tell competitors too much; a band is enough to judge the chances.
BANDS = (
    (0, gettext_lazy("No proposals yet")),
    (4, gettext_lazy("1 to 4 proposals")),
    (10, gettext_lazy("5 to 10 proposals")),
    (20, gettext_lazy("11 to 20 proposals")),
)


def activity(answers: int) -> str | Promise:
    """Say in a band how many proposals came."""
    return next((text for most, text in BANDS if answers <= most), _("More than 20 proposals"))


@dataclass(frozen=True, slots=True)
class BoardRow:
    """A job in a list, with what it means to the reader."""

    job: Job
    activity: str | Promise
    coverage: "Coverage | None"
    # The words of the question, as a text has them.
    stems: Sequence[str] = ()

    @property
    def title(self) -> SafeString:
        """The title with the words of the question marked."""
        return marked(self.job.title, self.stems)

    @property
    def scope(self) -> SafeString:
        """What of the scope says them, marked, or its beginning."""
        return excerpt(self.job.scope, self.stems, SCOPE_SHOWN)


def board_rows(
    jobs: Iterable[CountedJob],
    levels: Mapping[int, int] | None = None,
    stems: Sequence[str] = (),
) -> list[BoardRow]:
    """Add to each job how busy it is and how much of it an expert of these levels has proven.

    :param stems: the words that were asked for, as a text has them.
    """
    return [
        BoardRow(
            job, activity(job.answers), None if levels is None else coverage(job, levels), stems
        )
        for job in jobs
    ]


@dataclass(frozen=True, slots=True)
class Coverage:
    """Which must-haves somebody has proven."""

    has: frozenset[int]  # skills
    count: int
    total: int


def coverage(job: Job, levels: Mapping[int, int]) -> Coverage:
    """Hold somebody's valid levels (skill -> level) against the must-haves; reads the skills."""
    has = {wish.skill_id for wish in job.musts if levels.get(wish.skill_id, 0) >= wish.level}
    return Coverage(frozenset(has), len(has), len(job.musts))


def uncovered(job: Job, levels: Mapping[int, int]) -> list[JobSkill]:
    """Return the must-haves of a job that somebody of these levels has no valid badge for."""
    has = coverage(job, levels).has
    return [wish for wish in job.musts if wish.skill_id not in has]


def levels_of(expert: Expert | None) -> Mapping[int, int]:
    """Return the level of each valid badge (skill -> level); none for who is no expert."""
    return valid_levels([expert.pk]).get(expert.pk, {}) if expert else {}


def live_proposal(job: Job, expert: Expert) -> Proposal | None:
    """Return this expert's proposal to this job that is not over, draft or sent."""
    return job.proposals.live().filter(expert=expert).first()


def match_of(job: Job, expert: Expert) -> Match | None:
    """Return why this expert was told about this job, if they were."""
    return job.matches.fitting().filter(expert=expert).first()


# How an expert's matches follow each other.
NEWEST_MATCH = ("-job__published_at", "-score", "-pk")
BEST_MATCH = ("-score", "-job__published_at", "-pk")


def matches_for(expert: Expert) -> QuerySet[Match]:
    """Open jobs that were found for this expert and that they have not answered, newest first."""
    answered = Proposal.objects.received().filter(expert=expert, job=OuterRef("job"))
    return (
        Match.objects.fitting()
        .filter(~Exists(answered), expert=expert, job__status=Job.Status.OPEN)
        .select_related("job__organisation", "job__use_case")
        .prefetch_related(Prefetch("job__skills", JobSkill.objects.select_related("skill")))
        .order_by(*NEWEST_MATCH)
    )


# --- The client's side


def client_jobs(user: User) -> QuerySet[Job]:
    """This person's organisations' jobs with what has come in, newest first."""
    came = Proposal.objects.received()
    return (
        Job.objects.of_client(user)
        .exclude(status=Job.Status.REMOVED)
        .select_related("use_case")
        .annotate(
            answers=count_of(came, "job"),
            unread=count_of(came.filter(status=Proposal.Status.SUBMITTED, viewed_at=None), "job"),
            shortlisted=count_of(came.filter(status=Proposal.Status.SHORTLISTED), "job"),
        )
        .order_by(F("published_at").desc(nulls_first=True), "-pk")
    )


# Whether the two have written to each other.
HAS_BEGUN = Exists(Conversation.objects.filter(job=OuterRef("job"), expert=OuterRef("expert")))
# What is put aside or taken back is not among those the client chooses from.
IS_ASIDE = Q(status__in=(Proposal.Status.ARCHIVED, Proposal.Status.WITHDRAWN))
# The tabs of a job's proposals: what they are called and what they hold.
TABS: Mapping[str, tuple[str | Promise, Q]] = {
    "all": (gettext_lazy("All"), ~IS_ASIDE),
    "shortlisted": (gettext_lazy("Shortlist"), Q(status=Proposal.Status.SHORTLISTED)),
    "messaged": (gettext_lazy("Messaged"), ~Q(status=Proposal.Status.ARCHIVED) & Q(HAS_BEGUN)),
    "archived": (gettext_lazy("Archived"), Q(status=Proposal.Status.ARCHIVED)),
}


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab with how many proposals it holds, and how many of them are rows of their own."""

    name: str
    label: str | Promise
    count: int
    rows: int


def received_proposals(job: Job, *, tab: str) -> QuerySet[Proposal]:
    """The proposals of one tab with all that a row shows, best covered first, then best matched.

    A badge for a must-have counts twice a sentence about it. Those with nearly the same note as one
    in the same tab are not rows of their own: they stand under it.
    """
    rows = job.proposals.received().filter(_is_row_of(tab))
    match = Match.objects.filter(job=job, expert=OuterRef("expert")).values("score")
    plan = ProposedMilestone.objects.filter(proposal=OuterRef("pk")).order_by("-due_on")
    followers = Proposal.objects.select_related("expert__user").order_by("pk")
    return (
        rows.select_related("expert__user")
        .annotate(
            covered=_covered(job),
            fit=Subquery(match),
            explained=count_of(MustAnswer.objects.all(), "proposal"),
            total_minor=sum_of(ProposedMilestone.objects.all(), "proposal", "amount_minor"),
            last_due_on=Subquery(plan.values("due_on")[:1]),
            committed=count_of(CheckAnswer.objects.filter(commits=True), "proposal"),
        )
        .prefetch_related(Prefetch("alike", followers))
        .order_by(F("covered").desc(), F("fit").desc(nulls_last=True), "submitted_at", "pk")
    )


def _is_row_of(tab: str) -> Q:
    scope = TABS[tab][1]
    its_leader = Proposal.objects.filter(scope, pk=OuterRef("alike_to"))
    return scope & ~Q(Exists(its_leader))


def _covered(job: Job) -> Combinable:
    """Weigh the must-haves a proposal covers: two for a valid badge, one for a sentence."""
    weight: Combinable = Value(0)
    for wish in job.musts:
        proven = Badge.objects.valid().filter(
            expert=OuterRef("expert"), skill=wish.skill_id, level__gte=wish.level
        )
        said = MustAnswer.objects.filter(proposal=OuterRef("pk"), skill=wish.skill_id)
        weight += Case(When(Exists(proven), then=2), When(Exists(said), then=1), default=0)
    return weight


def compared(job: Job, public_ids: Collection[str]) -> QuerySet[Proposal]:
    """The named proposals to this job, in the order they came."""
    rows = comparable(job.proposals.received()).filter(public_id__in=public_ids)
    return rows.order_by("submitted_at", "pk")


def whole(proposals: QuerySet[Proposal]) -> QuerySet[Proposal]:
    """Add what a proposal's page shows: both sides, milestones, answers, evidence, must-haves."""
    wishes = Prefetch("job__skills", JobSkill.objects.select_related("skill"))
    return comparable(proposals).prefetch_related(
        "must_answers__skill", "shown_badges__skill", wishes
    )


def comparable(proposals: QuerySet[Proposal]) -> QuerySet[Proposal]:
    """Add what is compared of proposals: both sides, milestones and answers to the checks."""
    return proposals.select_related(
        "expert__user", "job__organisation", "job__use_case"
    ).prefetch_related(
        "milestones__proposal",
        Prefetch("answers", CheckAnswer.objects.select_related("job_check")),
    )


def tabs(job: Job) -> list[Tab]:
    """The tabs of a job's proposals with their counts, in one query."""
    scopes = {name: Count("pk", filter=scope) for name, (_label, scope) in TABS.items()}
    rows = {f"rows_of_{name}": Count("pk", filter=_is_row_of(name)) for name in TABS}
    counts = job.proposals.received().aggregate(**scopes, **rows)
    return [
        Tab(name, label, counts[name], counts[f"rows_of_{name}"])
        for name, (label, _scope) in TABS.items()
    ]


def waiting(job: Job) -> int:
    """How many experts would get the outcome as their answer if the job closed now."""
    return job.proposals.received().filter(status__in=Proposal.MOVES["close"].sources).count()


# --- The expert's side


def own_proposals(user: User) -> QuerySet[Proposal]:
    """What this person wrote, newest first."""
    return (
        Proposal.objects.filter(expert__user=user)
        .select_related("job__organisation")
        .prefetch_related("milestones")
        .order_by("-created_at", "-pk")
    )


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a proposal's way: `state` is done, now, bad or nothing yet."""

    label: str | Promise
    at: datetime | None = None
    state: str = ""


# How a proposal ends, and what that looks like to its author.
ENDS = {
    Proposal.Status.OFFERED: (gettext_lazy("Offer made"), "now"),
    Proposal.Status.HIRED: (gettext_lazy("Hired"), "done"),
    Proposal.Status.DECLINED: (gettext_lazy("Not chosen"), "bad"),
    Proposal.Status.WITHDRAWN: (gettext_lazy("Withdrawn by you"), "bad"),
    Proposal.Status.CLOSED: (gettext_lazy("The job was closed"), "bad"),
}


def journey(proposal: Proposal) -> list[Step]:
    """Return a proposal's way as its author sees it: each step with the day it happened."""
    happened = {event.went_to: event.at for event in proposal.history.all()}
    way = [
        (gettext_lazy("Sent"), proposal.submitted_at),
        (gettext_lazy("Viewed by the client"), proposal.viewed_at),
        (gettext_lazy("Shortlisted"), happened.get(Proposal.Status.SHORTLISTED)),
    ]
    done = [Step(label, at, "done") for label, at in way if at]
    if proposal.status in ENDS:
        label, state = ENDS[Proposal.Status(proposal.status)]
        return [*done, Step(label, happened.get(proposal.status), state)]
    # Whoever is on the shortlist is past being viewed, even if nobody opened the page.
    to_come = [] if way[-1][1] else [Step(label) for label, at in way if not at]
    return [*done, *to_come, Step(gettext_lazy("Answer"))]
