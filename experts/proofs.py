"""Reads of what automatic checks have found: for the applicant, the reviewers and strangers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, QuerySet

from experts.models import Application, Check, Evidence, Snapshot


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of evidence beside what we found: `changed_at` is when it read differently."""

    evidence: Evidence
    checks: list[Check]
    snapshot: Snapshot | None
    changed_at: datetime | None


def checks_of(application: Application) -> QuerySet[Check]:
    """Return the checks of an application, those of the whole first."""
    rows = application.checks.select_related("evidence")
    return rows.order_by(F("evidence_id").asc(nulls_first=True), "pk")


def pieces_of(application: Application) -> list[Piece]:
    """Return the evidence of an application, each piece with its checks and snapshots."""
    rows = application.evidence.select_related("upload", "delivery").prefetch_related(
        "checks", "snapshots"
    )
    since = application.submitted_at
    return [_piece(row, since) for row in rows]


def changed(application: Application) -> list[Piece]:
    """Return the pieces that read differently from what was submitted."""
    return [piece for piece in pieces_of(application) if piece.changed_at]


def proofs_of(evidence: Evidence) -> list[Check]:
    """Return what was verified about one piece and may be told to everyone."""
    return evidence.proofs


def count(checks: Iterable[Check]) -> dict[str, int]:
    """Return how many checks are in each state."""
    counts = dict.fromkeys(map(str, Check.Status.values), 0)
    for check in checks:
        counts[check.status] += 1
    return counts


def _piece(row: Evidence, since: datetime | None) -> Piece:
    kept = [shot for shot in row.snapshots.all() if since and shot.taken_at >= since]
    first, last = (kept[0], kept[-1]) if kept else (None, None)
    has_changed = first and last and first.words_sha256 != last.words_sha256
    return Piece(
        evidence=row,
        checks=list(row.checks.all()),
        snapshot=last,
        changed_at=last.taken_at if last and has_changed else None,
    )
