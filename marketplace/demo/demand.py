"""The demo's clients, their jobs, and what experts answered."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from accounts.models import Cadence, Membership, Organisation, User
from accounts.services import member_invitations, organisations
from contracts.services import billing
from experts.models import Expert, Skill
from jobs.models import Job, Proposal, UseCase
from jobs.services import alerts, briefs, jobs, matching, proposals, silence
from jobs.services.briefs import Check, Wish
from jobs.services.guard import HeldBack
from jobs.services.proposals import Part
from marketplace.demo.cast import CLIENT, DOMAIN, EXPERT, Scene, Size, person, read
from marketplace.demo.words import Words
from marketplace.kit.money import Money

# Ends that are known when a job is closed without a hire.
OUTCOMES = ("hired_elsewhere", "cancelled", "no_budget")
WEEK = timedelta(weeks=1)
# How often an expert says it in other words before they leave a job to others.
DRAFTS = 4
MOST_ASKED = 20
AI_USE = [Proposal.AIUse.NONE] * 2 + [Proposal.AIUse.HELPED] * 3 + [Proposal.AIUse.GENERATED]


@dataclass(frozen=True)
class Posted:
    """A job of the file: its line, the state it shall come to, how many days ago it was posted."""

    job: Job
    line: int
    state: str
    days_ago: int
    outcome: str | None


def load(scene: Scene, words: Words, size: Size) -> list[Posted]:
    """Create the organisations and their jobs, with proposals where there are any."""
    clients = {
        line["slug"]: _organisation(scene, line)
        for line in read("organisations")
        if size.organisations is None or line["slug"] in size.organisations
    }
    skills = {skill.slug: skill for skill in Skill.objects.all()}
    templates = {use_case.slug: use_case for use_case in UseCase.objects.all()}
    _alert(scene)
    posted = []
    for number, line in enumerate(read("jobs")):
        if line["organisation"] not in clients:
            continue
        job = _post(scene, line, clients[line["organisation"]], templates, skills)
        if job.status == Job.Status.OPEN:
            at = scene.ago(line["days_ago"], hour=10)
            matching.match(job.pk, at=at)
            alerts.tell_due(at=at)
            _answer(scene, words, job, line["days_ago"], is_hired=line["state"] == "filled")
        posted.append(Posted(job, number, line["state"], line["days_ago"], line["outcome"]))
        if number % 20 == 0:
            scene.say(f"{number} jobs")
    return posted


def _alert(scene: Scene) -> None:
    """Let some experts ask for less than all that fits them, before the jobs come."""
    at = scene.ago(200)
    for number, expert in enumerate(
        Expert.objects.vetted().order_by("slug").select_related("user")
    ):
        if number % 3 == 0 or expert.user.email == EXPERT:
            asked = alerts.Asked(least_budget_minor=10_000_00, cadence=Cadence.NOW)
            name = "Larger budgets"  # what an expert typed
            alerts.create(expert, name, asked, by=expert.user, at=at)
            asked = alerts.Asked(least_score=60, cadence=Cadence.DAILY)
            alerts.edit_default(expert, asked, by=expert.user, at=at)


def end(scene: Scene, posted: Posted) -> None:
    """Pause or close a job, where the file says so; filled jobs are filled by their contract.

    Their clients have looked in lately, or what is open would pause at once.
    """
    job, by = posted.job, hiring(posted.job.organisation)
    at = scene.ago(max(posted.days_ago - 12, 1))
    if posted.state == "paused":
        jobs.pause(job, by=by, at=at)
    elif posted.state == "closed":
        jobs.close(job, outcome=posted.outcome or scene.dice.choice(OUTCOMES), by=by, at=at)
    silence.heard(job, at=scene.ago(scene.dice.uniform(0, 5.5)))


def hiring(organisation: Organisation) -> User:
    """Return who posts for an organisation: whoever hires, else the owner."""
    roles = (Membership.Role.OWNER, Membership.Role.HIRING)
    return organisation.memberships.filter(role__in=roles).order_by("pk")[0].user


@transaction.atomic
def _organisation(scene: Scene, line: dict[str, Any]) -> Organisation:
    opened = scene.ago(scene.dice.randrange(150, 420))
    is_first = not Organisation.objects.exists()
    owner, *others = [
        (someone["role"], _member(scene, line, someone, is_login=is_first and not number))
        for number, someone in enumerate(line["people"])
    ]
    organisation = organisations.open_for(
        owner[1],
        name=line["name"],
        website=line["website"],
        country=line["country"],
        about=line["blurb"],
        at=opened,
    )
    for role, user in others:
        member_invitations.accept(
            member_invitations.invite(
                organisation, email=user.email, role=role, by=owner[1], at=opened
            ),
            by=user,
            at=opened,
        )
    if is_first:
        member_invitations.invite(
            organisation,
            email=f"auditor@{DOMAIN}",
            role=Membership.Role.VIEWER,
            by=owner[1],
            at=scene.now,
        )
    if on_paper := line.get("billing"):
        country = line["country"]
        billing.describe_client(organisation, **on_paper, country=country, by=owner[1], at=opened)
    return organisation


def _member(scene: Scene, line: dict[str, Any], someone: dict[str, str], *, is_login: bool) -> User:
    return person(
        scene,
        CLIENT if is_login else someone["email"],
        name=f"{someone['first_name']} {someone['last_name']}",
        time_zone=line["time_zone"],
    )


@transaction.atomic
def _post(
    scene: Scene,
    line: dict[str, Any],
    organisation: Organisation,
    templates: dict[str, UseCase],
    skills: dict[str, Skill],
) -> Job:
    by, at = hiring(organisation), scene.ago(line["days_ago"], hour=9)
    job = briefs.start(organisation, use_case=templates[line["use_case"]], by=by, at=at)
    written = [Check(**check) for check in line["checks"] or []]
    briefs.describe(
        job,
        title=line["title"],
        scope=line["scope"],
        today=line["today"],
        sensitivity=line["sensitivity"],
        screening_question=line["screening_question"],
        checks=written or briefs.checks_of(job),
        must_have=[Wish(skills[wish["skill"]], wish["level"]) for wish in line["must"]],
        nice_to_have=[Wish(skills[wish["skill"]], wish["level"]) for wish in line["nice"]],
        by=by,
        at=at,
    )
    job = briefs.set_terms(
        job,
        budget_min=Money(line["budget"]["min_minor"], "usd"),
        budget_max=Money(line["budget"]["max_minor"], "usd"),
        max_rate=Money(line["max_rate_minor"], "usd") if line["max_rate_minor"] else None,
        weeks=line["weeks"],
        shared_hours=line["shared_hours"],
        time_zone=line["time_zone"],
        languages=line.get("languages", ["en"]),
        visibility=line["visibility"],
        by=by,
        at=at,
    )
    return job if line["state"] == "draft" else jobs.publish(job, by=by, at=at)


def _answer(scene: Scene, words: Words, job: Job, days_ago: int, *, is_hired: bool) -> None:
    """Let some of the experts it fits propose within a few days of the job, best matches first.

    Notes too like others are held back; where somebody is to be hired, more experts try.
    """
    wanted = min(scene.dice.randrange(3, 7), days_ago)
    fitting = Expert.objects.filter(matches__job=job).order_by("-matches__score", "slug")
    for number, expert in enumerate(fitting.select_related("user")[:MOST_ASKED]):
        is_needed = is_hired and not job.proposals.exists()
        if number >= wanted and not is_needed:
            break
        at = scene.ago(days_ago - scene.dice.uniform(0.2, 1))
        propose(scene, words, job, expert, at)


def propose(scene: Scene, words: Words, job: Job, expert: Expert, at: datetime) -> None:
    """Let an expert propose, in other words if these are held back; after four drafts, not."""
    for _draft in range(DRAFTS):
        with suppress(HeldBack):
            _propose(scene, words, job, expert, at)
            break


@transaction.atomic
def _propose(scene: Scene, words: Words, job: Job, expert: Expert, at: datetime) -> None:
    proposals.send(
        job,
        cover_note=words.cover_note(job, expert),
        answer=words.screening_answer(job),
        milestones=_parts(scene, job, at),
        checks={check: words.answer() for check in job.checks.all()},
        musts={},
        badges=list(expert.badges.valid()[:2]),
        ai_use=scene.dice.choice(AI_USE),
        by=expert.user,
        at=at,
    )


def _parts(scene: Scene, job: Job, at: datetime) -> Sequence[Part]:
    """Cut a price within the budget by the client's plan, due over the weeks of the job."""
    least, most = job.budget or (Money(0, "usd"), Money(0, "usd"))
    price = Money(scene.dice.randrange(least.minor, most.minor + 1, 100_00), job.currency)
    plan = list(job.plan.all())
    amounts = price.allocate([row.share_percent for row in plan])
    first_day = at.date() + WEEK
    return [
        Part(row.title, amount, first_day + WEEK * job.weeks * (number + 1) // len(plan))
        for number, (row, amount) in enumerate(zip(plan, amounts, strict=True))
    ]
