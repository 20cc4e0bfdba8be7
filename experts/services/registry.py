"""The model registry: what is changed about a release is written down, and dates that come, act."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from experts import policies
from experts.gateway import Listed
from experts.models import ModelFamily, ModelRelease, ReleaseChange
from experts.models.model_registry import Lifecycle

# What the history says when nobody but the calendar changed a stage.
ITS_DATE_CAME = "Its date has come."
LISTED = "The provider's model list names it."
# The name the list gives its own source, in the registry.
LIST_SOURCE = "The provider's model list (GET /v1/models)"
# Models people trained for themselves are nobody else's to be vetted on.
FINE_TUNED = "ft:"


@dataclass(frozen=True, slots=True)
class Listing:
    """What the provider's list means for the registry.

    `new` are models of families we know, `unsorted` those of no family we know, `missing` those we
    hold to be usable that the list does not name. A list shows what one account may use, so nothing
    is shut down because it is missing: a person looks.
    """

    new: list[ModelRelease]
    unsorted: list[str]
    missing: list[str]


def compare(listed: Iterable[Listed], *, on: date) -> Listing:
    """Compare the provider's list with the registry; writes nothing."""
    named = {each.api_id: each for each in listed if not each.api_id.startswith(FINE_TUNED)}
    known = {row.api_id: row for row in ModelRelease.objects.select_related("family")}
    families = {row.api_id: row.family for row in known.values()}
    families |= {family.slug: family for family in ModelFamily.objects.all()}
    new, unsorted = [], []
    for api_id in sorted(named.keys() - known.keys()):
        family = _family_of(api_id, families)
        if family is None:
            unsorted.append(api_id)
        else:
            new.append(_new_release(named[api_id], family, on))
    usable = {api_id for api_id, row in known.items() if row.lifecycle != Lifecycle.SHUTDOWN}
    return Listing(new, unsorted, sorted(usable - named.keys()))


@transaction.atomic
def take(listing: Listing, *, at: datetime) -> None:
    """Add the new models of the provider's list to the registry."""
    added = ModelRelease.objects.bulk_create(listing.new)
    ReleaseChange.objects.bulk_create(
        ReleaseChange(release=release, columns={}, reason=LISTED, at=at) for release in added
    )


@dataclass(frozen=True, slots=True)
class Correction:
    """What staff write about a release; dates may be unknown."""

    lifecycle: str
    deprecated_on: date | None
    shutdown_on: date | None
    replacement: str
    note: str


@transaction.atomic
def correct(
    release: ModelRelease, *, correction: Correction, reason: str, by: User, at: datetime
) -> ModelRelease:
    """Change what the registry says of a release; the next load of the files leaves it so.

    :raises PermissionDenied: unless `by` may change releases.
    """
    if not policies.may_correct_registry(by):
        raise PermissionDenied
    row = ModelRelease.objects.select_for_update(no_key=True).get(pk=release.pk)
    new = asdict(correction)
    columns = {
        name: (_as_text(getattr(row, name)), _as_text(value))
        for name, value in new.items()
        if getattr(row, name) != value
    }
    if columns:
        ModelRelease.objects.filter(pk=row.pk).update(**new)
        record({row.api_id: columns}, reason=reason, by=by, at=at)
    row.refresh_from_db()
    return row


def record(
    changes: Mapping[str, Mapping[str, tuple[Any, Any]]],
    *,
    reason: str,
    by: User | None,
    at: datetime,
) -> None:
    """Write down changes of releases, as {API name: {column: (before, after)}}."""
    releases = ModelRelease.objects.in_bulk(list(changes), field_name="api_id")
    ReleaseChange.objects.bulk_create(
        ReleaseChange(
            release=releases[api_id],
            columns={name: list(pair) for name, pair in columns.items()},
            reason=reason,
            by=by,
            at=at,
        )
        for api_id, columns in changes.items()
    )


@transaction.atomic
def advance(*, at: datetime) -> int:
    """Move every release on to the stage its dates say; return how many moved."""
    rows = ModelRelease.objects.select_for_update(no_key=True).order_by("pk")
    moved = {row: row.stage_on(at.date()) for row in rows}
    moved = {row: stage for row, stage in moved.items() if stage != row.lifecycle}
    record(
        {row.api_id: {"lifecycle": (row.lifecycle, stage)} for row, stage in moved.items()},
        reason=ITS_DATE_CAME,
        by=None,
        at=at,
    )
    for row, stage in moved.items():
        row.lifecycle = stage
        row.save(update_fields=["lifecycle"])
    return len(moved)


def _as_text(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _family_of(api_id: str, families: Mapping[str, ModelFamily]) -> ModelFamily | None:
    """Return the family of the longest known name that this one begins with, at a hyphen."""
    known = [name for name in families if f"{api_id}-".startswith(f"{name}-")]
    return families[max(known, key=len)] if known else None


def _new_release(listed: Listed, family: ModelFamily, on: date) -> ModelRelease:
    return ModelRelease(
        family=family,
        api_id=listed.api_id,
        released_on=listed.created_on,
        lifecycle=Lifecycle.ACTIVE,
        source=LIST_SOURCE,
        checked_on=on,
    )
