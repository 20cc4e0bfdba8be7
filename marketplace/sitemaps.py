"""The map of the site for search engines: what everybody may read, and nothing else."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.contrib.sitemaps import Sitemap
from django.db.models import QuerySet
from django.urls import reverse

from experts.models import Expert
from jobs.models import Job
from jobs.selectors import hubs, postings

if TYPE_CHECKING:
    PageMap = Sitemap[str]
    HubMap = Sitemap[tuple[str, str]]
    JobMap = Sitemap[Job]
    ExpertMap = Sitemap[Expert]
else:  # generic to mypy alone
    PageMap = HubMap = JobMap = ExpertMap = Sitemap

# The protocol allows 50,000 addresses a file; more files are made by themselves.
ADDRESSES_PER_FILE = 10_000


class Pages(PageMap):
    """The pages that are always there."""

    def items(self) -> list[str]:
        """Return their names."""
        return [
            *("landing", "experts:search", "jobs:board", "jobs:hubs", "fees", "accessibility"),
            *("how-vetting-works", "how-ranking-works", "contracts:decisions"),
            *("accounts:rules", "accounts:transparency", "accounts:privacy"),
        ]

    def location(self, item: str) -> str:
        """Return where one is."""
        return reverse(item)


class Hubs(HubMap):
    """What one can hire for."""

    def items(self) -> list[tuple[str, str]]:
        """Return the kind and the name of each."""
        return hubs.addresses()

    def location(self, item: tuple[str, str]) -> str:
        """Return where one is."""
        return reverse("jobs:hub", args=item)


class Jobs(JobMap):
    """Open public jobs."""

    limit = ADDRESSES_PER_FILE

    def items(self) -> QuerySet[Job]:
        """Return them, the newest first."""
        return postings.public_jobs()

    def lastmod(self, item: Job) -> datetime | None:
        """Say when one was published."""
        return item.published_at

    def location(self, item: Job) -> str:
        """Return where one is."""
        return reverse("jobs:detail", args=[item.public_id])


class Experts(ExpertMap):
    """Profiles with a valid badge."""

    limit = ADDRESSES_PER_FILE

    def items(self) -> QuerySet[Expert]:
        """Return them in a steady order."""
        return Expert.objects.visible_to(AnonymousUser()).order_by("pk")

    def location(self, item: Expert) -> str:
        """Return where one is."""
        return reverse("experts:profile", args=[item.slug])


SECTIONS = {"pages": Pages, "hubs": Hubs, "jobs": Jobs, "experts": Experts}
