"""The newest public jobs as an Atom feed: all, or those that a search of the board finds."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.syndication.views import Feed
from django.http import HttpRequest
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from jobs.forms.board import BoardForm
from jobs.job_board import Board
from jobs.models import Job
from jobs.selectors import postings

if TYPE_CHECKING:
    JobFeed = Feed[Job, dict[str, Any]]
else:  # generic to mypy alone
    JobFeed = Feed

NEWEST = 30
# What the board knows of its reader, and of the day; a feed is read by anybody, again and again;
# its order is always the newest first.
NOT_OF_A_FEED = ("fits", "hours", "days", "sort")


class NewJobs(JobFeed):
    """What everybody may read, the newest first; a job keeps its place when it is edited."""

    feed_type = Atom1Feed
    subtitle = _("Open jobs for vetted AI experts, each with its budget and checks.")

    def get_object(self, request: HttpRequest) -> dict[str, Any]:
        """Return what the address asks for, as the board reads it."""
        found = BoardForm(request.GET).found
        return {name: value for name, value in found.items() if name not in NOT_OF_A_FEED}

    def title(self) -> str:
        """Name the site whose jobs these are."""
        return str(_("Open jobs on %(site)s") % {"site": settings.SITE_NAME})

    def link(self) -> str:
        """Lead to the board."""
        return reverse("jobs:board")

    def items(self, asked: dict[str, Any]) -> list[Job]:
        """Return the newest that fit."""
        found = Board(AnonymousUser(), asked, None, at=now()).page(NEWEST).jobs
        rows = postings.public_jobs().in_bulk([each.pk for each in found])
        return [rows[each.pk] for each in found if each.pk in rows]

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
