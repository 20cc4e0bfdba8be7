"""Decisions of our staff as everyone may read them: no names, no titles, no exact amounts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from contracts.models import (
    Decision,
    Dispute,
)
from experts.models import AmountBand
from experts.services.profiles import BANDS
from marketplace.kit.money import Money


@dataclass(frozen=True, slots=True)
class Published:
    """One decision without names, titles and exact amounts."""

    month: datetime
    band: str
    opened_by: str
    share: str | Promise
    met: int
    missed: int
    is_on_appeal: bool
    text: str


# The expert's part of what was frozen, told in steps.
SHARES: Sequence[tuple[int, str | Promise]] = (
    (0, _("Nothing to the expert")),
    (25, _("Up to a quarter to the expert")),
    (50, _("Up to half to the expert")),
    (75, _("Up to three quarters to the expert")),
    (99, _("Most to the expert")),
    (100, _("Everything to the expert")),
)


def published(*, limit: int = 100) -> list[Published]:
    """Return the final decisions of our staff, the latest first, as everyone may read them."""
    final = Decision.objects.filter(
        status=Decision.Status.STANDING, dispute__status=Dispute.Status.FINAL
    ).select_related("dispute__milestone__contract")
    last_word = final.order_by("dispute_id", "-round").distinct("dispute_id")
    rows = Decision.objects.filter(pk__in=last_word.values("pk"))
    latest = rows.select_related("dispute__milestone__contract").prefetch_related("findings")
    return [_published(row) for row in latest.order_by("-dispute__ended_at")[:limit]]


def _published(row: Decision) -> Published:
    dispute = row.dispute
    assert dispute.ended_at  # noqa: S101 (final)
    verdicts = [finding.verdict for finding in row.findings.all()]
    return Published(
        month=dispute.ended_at,
        band=_band(dispute.amount),
        opened_by=dispute.opener,
        share=_share(row.award, dispute.amount),
        met=verdicts.count("met"),
        missed=verdicts.count("missed"),
        is_on_appeal=row.is_on_appeal,
        text=row.public_text,
    )


def _band(amount: Money) -> str:
    band = next((band for least, band in BANDS if amount.minor >= least), AmountBand.SMALL)
    return str(band.label)


def _share(award: Money, amount: Money) -> str | Promise:
    """Say how much of it the expert got; only all is everything, and only nothing is nothing."""
    if award == amount:
        return SHARES[-1][1]
    per_cent = -(-100 * award.minor // amount.minor)
    return next(text for most, text in SHARES if min(per_cent, 99) <= most)
