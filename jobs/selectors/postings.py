"""Public jobs as machines read them: search engines, feed readers, the site map."""

from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.urls import reverse

from jobs.models import Job


def public_jobs() -> QuerySet[Job]:
    """Open jobs that everybody may read, the newest first."""
    rows = Job.objects.visible_to(AnonymousUser()).open()
    return rows.select_related("organisation").order_by("-published_at", "-pk")


def address(job: Job) -> str:
    """Return where a job is read, with the site's own name."""
    return settings.SITE_URL + reverse("jobs:detail", args=[job.public_id])


def job_posting(job: Job) -> dict[str, Any] | None:
    """Describe a job in the words of schema.org/JobPosting; nothing unless it is public and open.

    It has no wage: a budget is the price of the whole work.
    """
    is_public = job.visibility == Job.Visibility.PUBLIC and job.status == Job.Status.OPEN
    if not is_public or job.published_at is None:
        return None
    found: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@type": "JobPosting",
        "title": job.title,
        "description": job.scope,
        "identifier": {
            "@type": "PropertyValue",
            "name": settings.SITE_NAME,
            "value": job.public_id,
        },
        "datePosted": job.published_at.date().isoformat(),
        "employmentType": "CONTRACTOR",
        "jobLocationType": "TELECOMMUTE",
        "hiringOrganization": {"@type": "Organization", "name": job.organisation.name},
        "directApply": True,
        "url": address(job),
    }
    if job.organisation.website:
        found["hiringOrganization"]["sameAs"] = job.organisation.website
    if job.pauses_at:
        found["validThrough"] = job.pauses_at.isoformat()
    return found
