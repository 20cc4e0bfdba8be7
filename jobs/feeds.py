"""The newest public jobs as an Atom feed."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext_lazy as _

from jobs.models import Job
from jobs.selectors import postings

if TYPE_CHECKING:
    JobFeed = Feed[Job, None]
else:  # generic to mypy alone
    JobFeed = Feed

NEWEST = 30


class NewJobs(JobFeed):
    """What everybody may read, the newest first; a job keeps its place when it is edited."""

    feed_type = Atom1Feed
    subtitle = _("Open jobs for vetted AI experts, each with its budget and checks.")

    def title(self) -> str:
        """Name the site whose jobs these are."""
        return str(_("Open jobs on %(site)s") % {"site": settings.SITE_NAME})

    def link(self) -> str:
        """Lead to the board."""
        return reverse("jobs:board")

    def items(self) -> QuerySet[Job]:
        """Return the newest."""
        return postings.public_jobs()[:NEWEST]

    def item_title(self, job: Job) -> str:
        """Name the job."""
        return job.title

    def item_description(self, job: Job) -> str:
        """Say what the work is."""
        return job.scope

    def item_link(self, job: Job) -> str:
        """Lead to the job's page."""
        return postings.address(job)

    def item_guid(self, job: Job) -> str:
        """Name it so that no reader shows it twice."""
        return f"urn:attest:{job.public_id}"

    def item_author_name(self, job: Job) -> str:
        """Name the client."""
        return job.organisation.name

    def item_pubdate(self, job: Job) -> datetime | None:
        """Say when it was published."""
        return job.published_at
