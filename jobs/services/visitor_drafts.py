"""A job written before its author has an account: kept, then made theirs, or swept away."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from accounts.models import Organisation, User
from accounts.periods import VISITOR_DAYS
from accounts.services import organisations
from jobs.models import Job, UseCase, VisitorDraft
from jobs.services import briefs
from marketplace.kit.places import country_at

# How long an unfinished job waits for its author; as long as their browser keeps the session.
KEPT_FOR = timedelta(days=VISITOR_DAYS)


def begin(*, use_case: UseCase, at: datetime) -> VisitorDraft:
    """Keep what a visitor begins with: a use case."""
    return VisitorDraft.objects.create(use_case=use_case, touched_at=at)


@transaction.atomic
def change_use_case(draft: VisitorDraft, *, use_case: UseCase, at: datetime) -> VisitorDraft:
    """Begin anew from another template; the same one keeps what was typed."""
    if draft.use_case_id != use_case.pk:
        draft.use_case, draft.scope = use_case, {}
    draft.touched_at = at
    draft.save()
    return draft


@transaction.atomic
def write(draft: VisitorDraft, *, at: datetime, **typed: Any) -> VisitorDraft:
    """Keep what was typed on a page, by the names of the draft's columns."""
    for name, value in typed.items():
        setattr(draft, name, value)
    draft.touched_at = at
    draft.save(update_fields=[*typed, "touched_at"])
    return draft


@transaction.atomic
def take(
    draft: VisitorDraft,
    *,
    scope: Mapping[str, Any],
    terms: Mapping[str, Any],
    by: User,
    at: datetime,
) -> Job | None:
    """Make the draft a job of its author's organisation, which is opened if they have none.

    :param scope: the keywords of `briefs.describe` but `by` and `at`.
    :param terms: those of `briefs.set_terms`.
    :returns: the job, still a draft; nothing when it has been taken already.
    :raises PermissionDenied: when they belong to an organisation and do not hire for it.
    """
    # Of two pages that ask at once, the second waits here and then finds nothing.
    if not VisitorDraft.objects.select_for_update().filter(pk=draft.pk).exists():
        return None
    job = briefs.start(
        _organisation(draft, terms["time_zone"], by, at), use_case=draft.use_case, by=by, at=at
    )
    job = briefs.describe(job, **scope, by=by, at=at)
    job = briefs.set_terms(job, **terms, by=by, at=at)
    draft.delete()
    return job


def _organisation(draft: VisitorDraft, time_zone: str, by: User, at: datetime) -> Organisation:
    own = Organisation.objects.visible_to(by).first()
    return own or organisations.open_for(
        by,
        name=draft.organisation_name,
        website="",
        country=country_at(time_zone),
        about="",
        at=at,
    )
