"""Why a job was not found for an expert: the gates of the match that are shut, in words."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from experts.models import Expert
from jobs.models import Job
from jobs.services import matching, scoring
from jobs.services.scoring import Gate, Proof, Supply
from marketplace.kit import hours
from marketplace.kit.money import Money
from marketplace.kit.words import written

SENTENCES = {
    "must": _("You have no valid badge for %(skill)s at level %(level)s."),
    "rate": _("Your rate is above its limit of %(limit)s an hour."),
    "shared": _("You share %(hours)s working hours with the client; the job asks for %(least)s."),
    "language": _("You speak none of the languages one can work in on it."),
    "closed": _("Your profile takes no new work."),
}


def shut(job: Job, expert: Expert, levels: Mapping[int, int], *, zone: str, on: date) -> list[str]:
    """Return a sentence for each gate that keeps an expert from the job; reads its skills.

    :param levels: of their valid badges, by skill.
    :param zone: where they work, IANA.
    """
    wanted = {wish.skill_id: wish.skill.slug for wish in job.skills.all()}
    supply = Supply(
        # No gate asks since when.
        badges={slug: Proof(levels[key], on) for key, slug in wanted.items() if key in levels},
        rate_minor=expert.rate_minor,
        hours_per_week=expert.hours_per_week,
        available_on=expert.available_on,
        shared_hours=hours.shared_hours(job.time_zone, zone, on=on),
        is_open=expert.is_open,
        languages=expert.languages,
    )
    found = scoring.shut(matching.gates_of(job), supply)
    return [_sentence(gate, job.currency) for gate in found]


def _sentence(gate: Gate, currency: str) -> str:
    values: dict[str, Any] = dict(gate.values)
    if gate.code == "must":
        values["skill"] = gettext(values["skill"])
    if gate.code == "rate":
        values["limit"] = written(Money(values["limit"], currency), 0)
    return str(SENTENCES[gate.code]) % values
