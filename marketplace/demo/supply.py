"""The demo's experts: their profiles, what they applied with, and what reviewers decided."""

import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime, timedelta
from multiprocessing import get_context
from typing import Any

from django.db import connections, transaction

from accounts.models import User
from experts.models import Application, Check, Evidence, Expert, Skill
from experts.services import checks, evidence, findings, profiles, vetting
from experts.services.evidence import Artefact
from experts.services.profiles import Profile
from experts.services.vetting import Judgement, Mark
from marketplace.demo.cast import DOMAIN, EXPERT, Scene, person, read
from marketplace.kit.money import Money

# Whose profile the demo's expert signs in to.
LOGIN = "amara-okonkwo"
# So many of the last skills in the file are left on the way, to give reviewers a queue.
ON_THE_WAY = (
    ["submitted"] * 9 + ["reviewing"] * 2 + ["changes_asked"] * 3 + ["rejected"] * 4 + ["draft"] * 3
)
TOLD = {
    "granted": "The evidence supports the claim, and the numbers could be reproduced.",
    "changes_asked": "The report gives a result but not how it was measured. Add the method.",
    "rejected": "The repository shows a prototype; nothing shows that it was used.",
}
# What the automatic checks say of an application where nothing is wrong.
FOUND = {
    Check.Kind.LINK: "The link answers.",
    Check.Kind.SNAPSHOT: "18,204 bytes, fingerprint kept.",
    Check.Kind.AUTHORSHIP: "The applicant has put our code there.",
    Check.Kind.DATES: "Younger than a badge in this skill lasts.",
    Check.Kind.DUPLICATE: "No longer passage is in another application.",
    Check.Kind.SECRETS: "No key or token was found.",
}
WOULD_CHANGE = "One measured result from real use, with the method and your own share of the work."


def load(scene: Scene, turns: range, reviewers: Sequence[User]) -> int:
    """Create every expert of the file once for each turn, and return how many.

    Each application is some ninety statements, as it is for a person, so every core takes a share
    of them. What becomes of an expert depends on their name alone and not on who creates them.
    """
    people = read("people")
    on_the_way = _unfinished(people)
    lines = [(turn, line) for turn in turns for line in people]
    shares = os.cpu_count() or 1
    # A connection cannot be shared between processes; each child opens its own.
    connections.close_all()
    with ProcessPoolExecutor(shares, mp_context=get_context("fork")) as pool:
        done = [
            pool.submit(_load_share, scene, lines[first::shares], on_the_way, reviewers)
            for first in range(shares)
        ]
        for share in done:
            share.result()
    return len(lines)


def _load_share(
    scene: Scene,
    lines: Sequence[tuple[int, dict[str, Any]]],
    on_the_way: dict[tuple[str, str], str],
    reviewers: Sequence[User],
) -> None:
    skills = {skill.slug: skill for skill in Skill.objects.all()}
    for number, (turn, line) in enumerate(lines, 1):
        own = scene.for_one(f"{line['slug']} {turn}")
        expert = _expert(own, line, skills, turn)
        for claimed in line["skills"]:
            _application(
                own,
                expert,
                skills[claimed["slug"]],
                line=claimed,
                fate=on_the_way.get((line["slug"], claimed["slug"]), "granted"),
                reviewer=own.dice.choice(reviewers),
            )
        if number % 40 == 0:
            scene.say(f"{number} of {len(lines)} experts in this share")


def _unfinished(people: list[dict[str, Any]]) -> dict[tuple[str, str], str]:
    """Return which skills stay undecided: the last of those who have another one to show."""
    several = [line for line in people if len(line["skills"]) > 1]
    chosen = several[-len(ON_THE_WAY) :]
    return {
        (line["slug"], line["skills"][-1]["slug"]): fate
        for line, fate in zip(chosen, ON_THE_WAY, strict=True)
    }


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
    )
    return profiles.open_for(user, profile=profile, at=scene.ago(scene.dice.randrange(250, 400)))


@transaction.atomic
def _application(
    scene: Scene, expert: Expert, skill: Skill, *, line: dict[str, Any], fate: str, reviewer: User
) -> None:
    days = scene.dice.randrange(8, 240) if fate == "granted" else scene.dice.randrange(2, 6)
    applied, decided = scene.ago(days), scene.ago(days - 1.5)
    case = vetting.apply(expert, skill=skill, level=line["level"], by=expert.user, at=applied)
    vetting.describe(case, claim=line["claim"], by=expert.user)
    _prepare(case, line["evidence"], by=expert.user, at=applied)
    if fate == "draft":
        return
    vetting.submit(case, by=expert.user, at=applied)
    _settle_checks(case, at=applied + timedelta(minutes=1))
    if fate == "submitted":
        return
    vetting.claim(case, by=reviewer, at=decided)
    if fate == "reviewing":
        return
    judgement = _judgement(scene, case, fate)
    if fate == "granted":
        vetting.grant(case, level=line["level"], judgement=judgement, by=reviewer, at=decided)
    elif fate == "rejected":
        vetting.reject(case, judgement=judgement, by=reviewer, at=decided)
    else:
        vetting.ask_for_changes(case, judgement=judgement, by=reviewer, at=decided)


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
    for check in case.checks.all():
        checks.settle(check, findings.confirmed(FOUND[Check.Kind(check.kind)]), at=at)


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


def _judgement(scene: Scene, case: Application, fate: str) -> Judgement:
    criteria = list(case.rubric.criteria.all())
    points = _points(scene, case, len(criteria)) if fate == "granted" else [2] * len(criteria)
    return Judgement(
        marks=[Mark(*pair) for pair in zip(criteria, points, strict=True)],
        message=TOLD[fate],
        would_change=WOULD_CHANGE if fate == "rejected" else "",
    )


def _points(scene: Scene, case: Application, number: int) -> list[int]:
    """Draw scores until they pass the rule of the level, as a granted application's did."""
    least = min(case.level + 1, 4)
    while True:
        points = [scene.dice.randint(least, 5) for _ in range(number)]
        if case.rubric.passes(points, case.level):
            return points
