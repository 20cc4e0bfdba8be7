"""The demo's experts: their profiles, what they applied with, and what reviewers decided."""

import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime, timedelta
from multiprocessing import get_context
from typing import Any

from django.db import connections, transaction

from accounts.models import User
from accounts.models.user import LEADS
from experts.models import Application, Check, Domain, Evidence, Expert, SavedReply, Skill
from experts.models.skill import Level
from experts.services import (
    appeals,
    badges,
    checks,
    evidence,
    profiles,
    reviews,
    seats,
    vetting,
)
from experts.services.evidence import Artefact
from experts.services.profiles import Profile
from experts.services.reviews import Judgement, Mark
from marketplace.demo.cast import DOMAIN, EXPERT, Scene, Size, person, read
from marketplace.demo.models import built_on
from marketplace.kit.money import Money

# Whose profile the demo's expert signs in to.
LOGIN = "amara-okonkwo"
# How some written applications go on after the state the file gives them.
STORIES = {
    "sipho-dlamini": "calibrating",
    "florencia-aguirre": "appealed",
    "rocio-cabral": "upheld",
}
# What became of the last badge of these experts, and why.
TAKEN = {
    "kalina-stoyanova": ("suspend", "A client says that the report covers another team's work."),
    "mihai-costinescu": ("revoke", "The repository turned out to be a copy of a public project."),
    "vlad-ciobotaru": ("reinstate", "The client confirmed the author's share in writing."),
}
APPEAL = (
    "The reviewers say that nothing shows real use. The second piece of evidence is the client's"
    " own report from production; its third page has the figures of the first month."
)
# What the automatic checks say of an application where nothing is wrong.
FOUND = {
    Check.Kind.LINK: "The link answers.",
    Check.Kind.SNAPSHOT: "18,204 bytes, fingerprint kept.",
    Check.Kind.AUTHORSHIP: "The applicant has put our code there.",
    Check.Kind.DATES: "Younger than a badge in this skill lasts.",
    Check.Kind.DUPLICATE: "No longer passage is in another application.",
    Check.Kind.SECRETS: "No key or token was found.",
}
# One in so many level 3 cases was a disagreement that a lead settled.
DISPUTED = 0.1


def load(scene: Scene, size: Size, turns: range, reviewers: Sequence[User]) -> int:
    """Create the experts of the file once for each turn, and return how many.

    Each application is some ninety statements, as it is for a person, so every core takes a share
    of them. What becomes of an expert depends on their name alone and not on who creates them.
    """
    people = _people(size)
    if turns.start == 0:
        _saved_replies()
    lines = [(turn, line) for turn in turns for line in people]
    shares = os.cpu_count() or 1
    # A connection cannot be shared between processes; each child opens its own.
    connections.close_all()
    with ProcessPoolExecutor(shares, mp_context=get_context("fork")) as pool:
        done = [
            pool.submit(_load_share, scene, lines[first::shares], reviewers)
            for first in range(shares)
        ]
        for share in done:
            share.result()
    return len(lines)


def _people(size: Size) -> list[dict[str, Any]]:
    cases = read("vetting")["applications"]
    with_a_story = {LOGIN, *TAKEN, *(case["expert"] for case in cases)}
    return [
        line
        for number, line in enumerate(read("people"))
        if number % size.one_in == 0 or line["slug"] in with_a_story
    ]


def _load_share(
    scene: Scene, lines: Sequence[tuple[int, dict[str, Any]]], reviewers: Sequence[User]
) -> None:
    skills = {skill.slug: skill for skill in Skill.objects.all()}
    words = read("vetting")
    leads = [user for user in reviewers if user.has_duty(LEADS)]
    others = [user for user in reviewers if user not in leads]
    for number, (turn, line) in enumerate(lines, 1):
        own = scene.for_one(f"{line['slug']} {turn}")
        expert = _expert(own, line, skills, turn)
        desk = Desk(own, words, own.dice.sample(others, len(others)), leads)
        for claimed in line["skills"]:
            days = own.dice.randrange(8, 240)
            desk.grant(desk.submit(expert, skills[claimed["slug"]], claimed, days))
        for case in words["applications"]:
            if case["expert"] == line["slug"]:
                desk.play(expert, skills[case["skill"]], case)
        desk.take_away(expert, *TAKEN.get(line["slug"], ("", "")))
        if number % 40 == 0:
            scene.say(f"{number} of {len(lines)} experts in this share")


def _saved_replies() -> None:
    """Give reviewers the sentences of the file to start from."""
    written = read("vetting")
    replies = [
        *[{"verdict": "granted", "message": each} for each in written["grant_messages"]],
        *[{"verdict": "changes_asked", "message": each} for each in written["change_requests"]],
        *[
            {"verdict": "rejected", "message": each["reason"], "would_change": each["would_change"]}
            for each in written["rejections"]
        ],
    ]
    SavedReply.objects.bulk_create(
        SavedReply(position=position, **reply) for position, reply in enumerate(replies)
    )


@transaction.atomic
def _expert(scene: Scene, line: dict[str, Any], skills: dict[str, Skill], turn: int) -> Expert:
    is_login = line["slug"] == LOGIN and not turn
    user = person(scene, EXPERT if is_login else f"{line['slug']}{turn or ''}@{DOMAIN}")
    away = scene.dice.random() < 0.2  # noqa: PLR2004 - one in five is busy for a while
    profile = Profile(
        name=f"{line['first_name']} {line['last_name']}",
        headline=line["headline"],
        overview=line["overview"],
        place=line["city"],
        country=line["country"],
        time_zone=line["time_zone"],
        languages=line["languages"],
        rate=Money(line["rate_minor"], "usd"),
        hours_per_week=line["hours_per_week"],
        available_on=scene.now.date() + timedelta(days=scene.dice.randrange(7, 60))
        if away
        else None,
        is_open=True,
        skills=[skills[slug] for slug in line["foundations"]],
        domains=list(Domain.objects.filter(slug__in=line["industries"])),
    )
    return profiles.open_for(user, profile=profile, at=scene.ago(scene.dice.randrange(250, 400)))


class Desk:
    """The vetting desk in the demo: what one expert applies with, and what reviewers make of it."""

    def __init__(
        self, scene: Scene, words: dict[str, Any], blind: Sequence[User], leads: Sequence[User]
    ) -> None:
        self.scene, self.words, self.blind, self.leads = scene, words, blind, leads

    @transaction.atomic
    def submit(
        self, expert: Expert, skill: Skill, line: dict[str, Any], days: float
    ) -> Application:
        """Apply with what the file says, so many days ago, and submit."""
        case = self._draft(expert, skill, line, days)
        vetting.submit(case, by=expert.user, at=case.created_at)
        _settle_checks(case, at=case.created_at + timedelta(minutes=1))
        return case

    @transaction.atomic
    def grant(self, case: Application) -> None:
        """Grant what was applied for; of the highest level some only after a lead settled it."""
        lower = case.level - 1
        is_disputed = case.level == Level.LED and self.scene.dice.random() < DISPUTED
        for number in range(case.reviews.count()):
            self._grant(case, self.blind[number], lower if is_disputed and number else case.level)
        if is_disputed:
            self._grant(case, self.leads[0], case.level)

    @transaction.atomic
    def play(self, expert: Expert, skill: Skill, written: dict[str, Any]) -> None:
        """Bring a written application to its state, and on where its story goes on."""
        state = STORIES.get(written["expert"], written["state"])
        if state == "draft":
            self._draft(expert, skill, written, written["days_ago"])
            return
        case = self.submit(expert, skill, written, written["days_ago"])
        if state == "reviewing" and case.level == Level.LED:
            self._grant(case, self.blind[0], case.level)
        elif state == "reviewing":
            seats.claim(case, by=self.blind[0], at=self.scene.now)
        elif state == "changes_asked":
            self._ask(case)
        elif state == "calibrating":
            self._grant(case, self.blind[0], case.level)
            self._reject(case, self.blind[1])
        elif state != "submitted":
            self._reject_all(case, state)

    @transaction.atomic
    def take_away(self, expert: Expert, verb: str, reason: str) -> None:
        """Suspend or revoke an expert's last badge, or suspend it and let it count again."""
        if not verb:
            return
        badge, by = expert.badges.valid().latest("pk"), self.leads[0]
        if verb == "reinstate":
            doubt = "A client asked us to look at the author's share again."
            badges.suspend(badge, reason=doubt, by=by, at=self.scene.ago(5))
        getattr(badges, verb)(badge, reason=reason, by=by, at=self.scene.ago(3))

    def _draft(
        self, expert: Expert, skill: Skill, line: dict[str, Any], days: float
    ) -> Application:
        at = self.scene.ago(days)
        case = vetting.apply(expert, skill=skill, level=line["level"], by=expert.user, at=at)
        models = built_on(skill.slug, self.scene.dice)
        vetting.describe(case, claim=line["claim"], built_on=models, by=expert.user)
        _prepare(case, line["evidence"], by=expert.user, at=at)
        return case

    def _reject_all(self, case: Application, state: str) -> None:
        """Reject; then let the applicant appeal, and somebody else uphold it, as the story says."""
        for number in range(case.reviews.count()):
            self._reject(case, self.blind[number])
        if state == "rejected":
            return
        appeals.appeal(case, words=APPEAL, by=case.expert.user, at=self.scene.ago(2))
        if state == "upheld":
            self._reject(case, self.leads[0], at=self.scene.ago(1))

    def _grant(self, case: Application, by: User, level: int) -> None:
        at = self._sit(case, by)
        judgement = self._judgement(case, self._points(case, level), "grant_messages")
        reviews.grant(case, level=level, judgement=judgement, by=by, at=at)

    def _ask(self, case: Application) -> None:
        at = self._sit(case, self.blind[0])
        judgement = self._judgement(case, [], "change_requests", parts=("evidence", "method"))
        reviews.ask_for_changes(case, judgement=judgement, by=self.blind[0], at=at)

    def _reject(self, case: Application, by: User, at: datetime | None = None) -> None:
        at = self._sit(case, by, at)
        words = self.scene.dice.choice(self.words["rejections"])
        points = [2] * case.rubric.criteria.count()
        judgement = self._judgement(
            case, points, message=words["reason"], would_change=words["would_change"]
        )
        reviews.reject(case, judgement=judgement, by=by, at=at)

    def _sit(self, case: Application, by: User, at: datetime | None = None) -> datetime:
        """Take a seat at a case, and return when the judgement is given: half an hour later."""
        submitted = case.submitted_at or self.scene.now
        began = at or min(submitted + timedelta(days=1.5), self.scene.now - timedelta(hours=1))
        began = max(began, submitted)
        seats.claim(case, by=by, at=began)
        return min(began + timedelta(minutes=self.scene.dice.randrange(18, 55)), self.scene.now)

    def _judgement(
        self,
        case: Application,
        points: Sequence[int],
        messages: str = "",
        *,
        message: str = "",
        would_change: str = "",
        parts: Sequence[str] = (),
    ) -> Judgement:
        criteria = list(case.rubric.criteria.all())
        findings = self.words["findings"]
        return Judgement(
            marks=[
                Mark(criterion, each, self.scene.dice.choice(findings[criterion.key]))
                for criterion, each in zip(criteria, points, strict=False)
            ],
            message=message or self.scene.dice.choice(self.words[messages]),
            would_change=would_change,
            parts=parts,
        )

    def _points(self, case: Application, level: int) -> list[int]:
        """Draw scores until they pass the rule of the level, as a granted application's did."""
        number = case.rubric.criteria.count()
        while True:
            points = [self.scene.dice.randint(min(level + 1, 4), 5) for _ in range(number)]
            if case.rubric.passes(points, level):
                return points


def _prepare(
    case: Application, pieces: Sequence[dict[str, Any]], *, by: User, at: datetime
) -> None:
    """Do the tasks of an application: evidence, whose it is, and what strangers may see."""
    shown = {}
    for line in pieces:
        piece = evidence.add(case, artefact=_artefact(line), by=by, at=at)
        evidence.prove(piece, proof=Evidence.Proof.CODE, proof_url="", by=by)
        shown[piece] = line.get("shown", Evidence.Shown.EVERYTHING)
    evidence.disclose(case, shown=shown, by=by)


def _settle_checks(case: Application, *, at: datetime) -> None:
    """Answer the checks as a server with a network would: the links of the demo lead nowhere."""
    checks.confirm_all(case, FOUND, at=at)


def _artefact(piece: dict[str, Any]) -> Artefact:
    return Artefact(
        kind=piece["kind"],
        title=piece["title"],
        url=piece["url"],
        claim=piece["claim"],
        own_share=piece["own_share"],
        before=piece.get("before", ""),
        after=piece.get("after", ""),
    )
