"""One builder per noun; each asks only for what the noun requires and writes rows directly."""

from datetime import UTC, date, datetime
from typing import Any

from accounts.models import Membership, Organisation, User
from experts.models import Application, Badge, Criterion, Evidence, Expert, Rubric, Skill

LONG_AGO = datetime(2029, 6, 1, tzinfo=UTC)


def user(name: str = "Someone", **fields: Any) -> User:
    """Build a person; the address follows from the name."""
    address = f"{name.lower().replace(' ', '.')}@attest.example"
    return User.objects.create_user(address, name=name, **fields)


def organisation(owner: User, name: str = "Globex") -> Organisation:
    """Build an organisation with an owner."""
    row = Organisation.objects.create(name=name, country="GB", created_at=LONG_AGO)
    Membership.objects.create(
        organisation=row, user=owner, role=Membership.Role.OWNER, created_at=LONG_AGO
    )
    return row


def skill(slug: str = "rag", **fields: Any) -> Skill:
    """Find or build a badgeable skill with a rubric of five criteria."""
    row, is_new = Skill.objects.get_or_create(
        slug=slug,
        defaults={
            "facet": Skill.Facet.CAPABILITY,
            "name": slug.replace("-", " ").title(),
            "title": slug.replace("-", " ").title(),
            "description": f"What {slug} means.",
            "validity_months": 18,
            "is_badgeable": True,
            "position": Skill.objects.count(),
        }
        | fields,
    )
    if is_new and row.is_badgeable:
        rubric(row)
    return row


def rubric(of: Skill) -> Rubric:
    """Build the first version of a skill's rubric."""
    row = Rubric.objects.create(
        skill=of, version=1, minimum_means=[200, 300, 400], minimum_each=2, published_at=LONG_AGO
    )
    for position, key in enumerate(["outcome", "craft", "measurement", "safety", "own-share"]):
        Criterion.objects.create(
            rubric=row,
            position=position,
            key=key,
            name=key.title(),
            question=f"How good is the {key}?",
            anchors=[f"{key} scores {points}" for points in range(6)],
        )
    return row


def expert(of: User | None = None, **fields: Any) -> Expert:
    """Build a profile, not yet vetted."""
    of = of or user("Expert")
    return Expert.objects.create(
        **{
            "user": of,
            "slug": of.shown_name.lower().replace(" ", "-"),
            "headline": "Retrieval that cites or stays silent",
            "overview": "I build retrieval systems and the evaluations that keep them honest.",
            "country": "NG",
            "place": "Lagos",
            "rate_minor": 145_00,
            "hours_per_week": 30,
            "languages": ["en"],
            "created_at": LONG_AGO,
        }
        | fields
    )


def application(of: Expert, skill_: Skill, *, level: int = 2, **fields: Any) -> Application:
    """Build an application with two links as evidence."""
    row = Application.objects.create(
        **{
            "expert": of,
            "skill": skill_,
            "level": level,
            "claim": "I built it and measured it.",
            "rubric": skill_.rubrics.latest("version"),
            "created_at": LONG_AGO,
        }
        | fields
    )
    for number in (1, 2):
        Evidence.objects.create(
            application=row,
            kind=Evidence.Kind.REPOSITORY,
            title=f"Repository {number}",
            url=f"https://code.attest.example/{number}",
            claim="The retrieval and its evaluation.",
            own_share=80,
            created_at=LONG_AGO,
        )
    return row


def badge(of: Expert, skill_: Skill, *, level: int = 2, **fields: Any) -> Badge:
    """Build a valid badge on a granted application."""
    reviewer, _ = User.objects.get_or_create(
        email="judge@attest.example", defaults={"name": "Judge", "is_staff": True}
    )
    return Badge.objects.create(
        **{
            "expert": of,
            "skill": skill_,
            "level": level,
            "application": application(
                of, skill_, level=level, status=Application.Status.GRANTED, decided_at=LONG_AGO
            ),
            "granted_by": reviewer,
            "issued_on": LONG_AGO.date(),
            "valid_until": date(2031, 1, 1),
            "status": Badge.Status.ACTIVE,
        }
        | fields
    )
