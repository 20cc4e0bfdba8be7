"""What one can hire for: kinds of work, skills and families of models, with live numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from experts import facets
from experts.directory import Directory
from experts.facets import Kind
from experts.filters import Filters
from experts.listed import Row
from experts.models import ModelFamily, Skill
from jobs.models import Job, UseCase
from jobs.selectors.postings import public_jobs
from marketplace.kit.money import Money

GROUPS: tuple[tuple[str, str | Promise], ...] = (
    ("work", gettext_lazy("Kinds of work")),
    ("skills", gettext_lazy("Skills")),
    ("models", gettext_lazy("Families of models")),
)
# A range of rates of fewer experts says more about them than about the market.
ENOUGH_RATES = 8


@dataclass(frozen=True, slots=True)
class Topic:
    """One thing to hire for: whom it asks for, and the open public jobs of its kind."""

    kind: str
    slug: str
    name: str
    summary: str
    filters: Filters
    jobs: QuerySet[Job]

    @property
    def address(self) -> str:
        """Return the path of its page."""
        return reverse("jobs:hub", args=[self.kind, self.slug])


@dataclass(frozen=True, slots=True)
class Counted:
    """A topic in the index, with its numbers; families of models have no jobs of their own."""

    kind: str
    slug: str
    name: str
    experts: int
    jobs: int | None


def topic(kind: str, slug: str) -> Topic | None:
    """Return a topic; none of that name is none."""
    found = {"work": _work, "skills": _skill, "models": _family}.get(kind)
    return found(slug) if found else None


def _work(slug: str) -> Topic | None:
    row = UseCase.objects.filter(slug=slug).first()
    if row is None:
        return None
    jobs = public_jobs().filter(use_case=row)
    return Topic("work", slug, row.name, row.summary, Filters(works=(slug,)), jobs)


def _skill(slug: str) -> Topic | None:
    row = Skill.objects.badgeable().filter(slug=slug).first()
    if row is None:
        return None
    jobs = public_jobs().filter(skills__skill=row).distinct()
    return Topic("skills", slug, row.title, row.description, Filters(skills=(slug,)), jobs)


def _family(slug: str) -> Topic | None:
    row = ModelFamily.objects.filter(slug=slug).first()
    if row is None:
        return None
    summary = _("Experts whose badges stand on work with %(name)s.") % {"name": row.name}
    return Topic("models", slug, row.name, summary, Filters(families=(slug,)), Job.objects.none())


def index(*, on: date) -> list[tuple[str | Promise, list[Counted]]]:
    """Return every topic by group, with how many experts and open public jobs it has."""
    directory = Directory(Filters(), on=on)
    cases = UseCase.objects.all()
    fits = {choice.value: choice.count for choice in directory.works}
    open_jobs = public_jobs().order_by()
    of_case = dict(open_jobs.values_list("use_case").annotate(Count("pk")))
    of_skill = dict(open_jobs.values_list("skills__skill").annotate(Count("pk", distinct=True)))
    families = directory.counts.all("families", Kind.FAMILY)
    taxonomy = directory.taxonomy
    found = {
        "work": [
            Counted("work", row.slug, row.name, fits.get(row.slug, 0), of_case.get(row.pk, 0))
            for row in cases
        ],
        "skills": [
            Counted(
                *("skills", term.slug, term.name),
                directory.counts.get("skills", facets.skill(term.key, 1)),
                of_skill.get(term.key, 0),
            )
            for term in taxonomy.skills
            if term.is_badgeable
        ],
        "models": [
            Counted("models", term.slug, term.name, families.get(term.key, 0), None)
            for term in taxonomy.families
        ],
    }
    return [(title, found[kind]) for kind, title in GROUPS]


def addresses() -> list[tuple[str, str]]:
    """Return (kind, slug) of every topic."""
    slugs = {
        "work": UseCase.objects.values_list("slug", flat=True),
        "skills": Skill.objects.badgeable().values_list("slug", flat=True),
        "models": ModelFamily.objects.values_list("slug", flat=True),
    }
    return [(kind, slug) for kind, found in slugs.items() for slug in found]


def usual_rates(directory: Directory) -> tuple[Money, Money] | None:
    """Return between what the middle half asks for an hour, in steps; nothing for so few."""
    rates, total = directory.rates, sum(directory.rates)
    if total < ENOUGH_RATES:
        return None
    low, high = _step_at(rates, total / 4), _step_at(rates, total * 3 / 4) + 1
    currency = settings.CURRENCY
    return Money(low * facets.RATE_STEP, currency), Money(high * facets.RATE_STEP, currency)


def as_data(topic: Topic, rows: Sequence[Row], *, total: int) -> dict[str, Any]:
    """Describe a topic's page in the words of schema.org/CollectionPage."""
    items = [
        {
            "@type": "ListItem",
            "position": place,
            "name": row.expert.name,
            "url": settings.SITE_URL + reverse("experts:profile", args=[row.expert.slug]),
        }
        for place, row in enumerate(rows, start=1)
    ]
    return {
        "@context": "https://schema.org/",
        "@type": "CollectionPage",
        "name": topic.name,
        "description": topic.summary,
        "url": settings.SITE_URL + topic.address,
        "mainEntity": {"@type": "ItemList", "numberOfItems": total, "itemListElement": items},
    }


def _step_at(rates: Sequence[int], share: float) -> int:
    """Return the step of the histogram that the expert at this place falls into."""
    counted = 0
    for step, count in enumerate(rates):
        counted += count
        if counted >= share:
            return step
    return len(rates) - 1
