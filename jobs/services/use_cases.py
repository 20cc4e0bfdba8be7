"""Loads the templates of AI work from the catalogue file."""

import json
from pathlib import Path
from typing import Any

from django.db import transaction

from experts.facets import LEVELS
from experts.models import KindOfWork, Skill
from jobs.models import UseCase, UseCaseSkill

CATALOGUE = Path(__file__).resolve().parent.parent / "catalogue" / "use_cases.json"


class UnknownSkills(LookupError):
    """A template asks for skills that the taxonomy does not have: load the taxonomy first."""


@transaction.atomic
def load(path: Path = CATALOGUE) -> int:
    """Write every template of the file, in its order; loading again changes only what differs.

    :returns: how many templates there are.
    :raises UnknownSkills: when the taxonomy has not been loaded.
    """
    templates = json.loads(path.read_text(encoding="utf-8"))["use_cases"]
    skills = _skills_of(templates)
    for position, template in enumerate(templates):
        row, _ = UseCase.objects.update_or_create(
            slug=template["slug"], defaults=_fields(template) | {"position": position}
        )
        _set_skills(row, template, skills)
        let_the_search_know(row)
    return len(templates)


def let_the_search_know(row: UseCase) -> None:
    """Keep a template as a kind of work that experts are searched by: all its must-haves proven.

    The search documents of experts follow with the next rebuild, each day at the latest.
    """
    musts = row.skills.filter(is_must=True).order_by("skill")
    KindOfWork.objects.update_or_create(
        slug=row.slug,
        defaults={
            "english_name": row.english_name,
            "position": row.position,
            "needs": [wish.skill_id * LEVELS + wish.level for wish in musts],
        },
    )


def _skills_of(templates: list[dict[str, Any]]) -> dict[str, Skill]:
    wanted = {wish["skill"] for row in templates for wish in row["must"] + row["nice"]}
    found = {skill.slug: skill for skill in Skill.objects.filter(slug__in=wanted)}
    if missing := wanted - set(found):
        raise UnknownSkills(f"Load the taxonomy first; these skills are missing: {sorted(missing)}")
    return found


def _fields(template: dict[str, Any]) -> dict[str, Any]:
    same = (
        *("title_template", "scope_template", "checks", "milestones"),
        *("screening_question", "sensitivity", "budget_min_minor", "budget_max_minor"),
        *("weeks_min", "weeks_max"),
    )
    return {name: template[name] for name in same} | {
        "english_name": template["name"],
        "english_summary": template["summary"],
        "prompts": template["today_prompts"],
    }


def _set_skills(row: UseCase, template: dict[str, Any], skills: dict[str, Skill]) -> None:
    wishes = [(wish, True) for wish in template["must"]] + [(w, False) for w in template["nice"]]
    kept = [
        UseCaseSkill.objects.update_or_create(
            use_case=row,
            skill=skills[wish["skill"]],
            defaults={"is_must": is_must, "level": wish["level"]},
        )[0].pk
        for wish, is_must in wishes
    ]
    row.skills.exclude(pk__in=kept).delete()
