"""Reads of an offer's versions: what each side named, and what differs from what it answers."""

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from contracts.models import AmendmentLine, Offer, OfferCheck, OfferMilestone
from contracts.selectors.terms import Difference, Part
from jobs import clauses
from marketplace.kit.words import day_text, hours_text, money_text

Subject = AmendmentLine.Subject


def versions(offer: Offer) -> QuerySet[Offer]:
    """Return every version that was named on the proposal, the newest first."""
    rows = offer.proposal.offers.exclude(status=Offer.Status.DRAFT)
    related = rows.select_related("proposal__job__organisation", "proposal__expert__user")
    return related.prefetch_related("milestones").order_by("-pk")


def differences(offer: Offer) -> list[Difference]:
    """Hold a version against the one it answers, line by line; a first version answers none."""
    was = offer.answers
    if was is None:
        return []
    return [
        *_line(_("The offer"), "", _whole(was), _whole(offer)),
        *_of_milestones(list(was.milestones.all()), list(offer.milestones.all())),
        *_of_checks(list(was.checks.all()), list(offer.checks.all())),
        *_of_clauses(clauses.named(was.clauses), clauses.named(offer.clauses)),
    ]


def _line(label: str, name: str, was: dict[str, str], now: dict[str, str]) -> Iterator[Difference]:
    """Yield one line with each value that differs, or nothing where none does."""
    parts = [
        Part(key, was.get(key, ""), now.get(key, ""))
        for key in was | now
        if was.get(key) != now.get(key)
    ]
    if parts:
        yield Difference(label, name, parts)


def _whole(offer: Offer) -> dict[str, str]:
    """What an offer says apart from its parts and checks."""
    values = {_("Title"): offer.title}
    if offer.is_hourly:
        return values | {
            _("An hour"): money_text(offer.rate),
            _("Most hours a week"): hours_text(offer.weekly_minutes or 0),
        }
    return values | {
        _("Total"): money_text(offer.total),
        _("Days to review"): str(offer.review_window_days),
    }


def _of_milestones(
    was: Sequence[OfferMilestone], now: Sequence[OfferMilestone]
) -> Iterator[Difference]:
    for old, new in zip_longest(was, now):
        subject = Subject.MILESTONE_CHANGED
        if old is None:
            subject = Subject.MILESTONE_ADDED
        elif new is None:
            subject = Subject.MILESTONE_CANCELLED
        named = old or new
        yield from _line(
            str(subject.label), f"{named.position}. {named.title}", _part(old), _part(new)
        )


def _part(row: OfferMilestone | None) -> dict[str, str]:
    if row is None:
        return {}
    return {
        _("Title"): row.title,
        _("Amount"): money_text(row.amount),
        _("Due"): day_text(row.due_on),
    }


def _of_checks(was: Sequence[OfferCheck], now: Sequence[OfferCheck]) -> Iterator[Difference]:
    for old, new in zip(was, now, strict=True):
        target = _("Target")
        label = str(Subject.CHECK_CHANGED.label)
        yield from _line(label, new.metric, {target: old.goal}, {target: new.goal})


def _of_clauses(
    was: Sequence[clauses.Clause], now: Sequence[clauses.Clause]
) -> Iterator[Difference]:
    """Yield each topic for which another clause is named; two versions of one differ as well."""
    before = {row.topic: row for row in was}
    for new in now:
        old = before.get(new.topic)
        if old != new:
            part = Part(_("Clause"), old.reference if old else "", new.reference)
            yield Difference(_("Another clause"), str(new.topic.label), [part])
