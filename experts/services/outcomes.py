"""What becomes of a case once everybody who sits at it has judged."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from accounts.models import User
from experts.models import Application, Badge, Review, TrailEntry
from experts.models.review import BLIND_SEATS, Seat, Verdict
from experts.services import badges, seats, trail
from marketplace.kit import business


def conclude(application: Application, *, by: User, at: datetime) -> Badge | None:
    """Carry out what the judgements agree on; send the case to a lead where they differ.

    Return the badge when one is issued. Runs under the lock of the judgement that was just given.
    """
    reviews = list(application.reviews.filter(round=application.round).order_by("pk"))
    if any(review.status != Review.Status.GIVEN for review in reviews):
        return None
    deciding = decisive(reviews)
    if not deciding:
        application.move("calibrate", by=None, at=at)
        seats.open_one(application, Seat.LEAD, at=at)
        return None
    verdict = deciding[0].verdict
    trail.note(application, TrailEntry.Act.DECIDED, by=by, at=at, about=verdict)
    application.message = _together(review.message for review in deciding)
    if verdict == Verdict.GRANTED:
        return _grant(application, deciding[0].level or 0, by, at)
    if verdict == Verdict.REJECTED:
        _reject(application, deciding, by, at)
    else:
        _ask(application, deciding, by, at)
    return None


def decisive(reviews: Iterable[Review]) -> Sequence[Review]:
    """Return the judgements that decide a submission; none when two blind ones differ.

    The appeal's comes before the lead's, the lead's before the blind ones, and those decide only
    when they have the same outcome: verdict and level.
    """
    by_seat = {review.seat: review for review in reviews}
    for seat in (Seat.APPEAL, Seat.LEAD):
        if seat in by_seat:
            return [by_seat[seat]]
    blind = [by_seat[seat] for seat in BLIND_SEATS if seat in by_seat]
    return blind if len({review.outcome for review in blind}) == 1 else []


def _grant(application: Application, level: int, by: User, at: datetime) -> Badge:
    application.decided_at = at
    application.move("grant", by=by, at=at)
    application.save(update_fields=["decided_at", "message"])
    return badges.issue(application, level=level, by=by, at=at)


def _reject(application: Application, deciding: Sequence[Review], by: User, at: datetime) -> None:
    """Say no; of two who agree, the first names the one thing, and the kinder day counts."""
    verb = "uphold" if application.status == Application.Status.APPEALED else "reject"
    application.would_change = deciding[0].would_change
    application.reapply_on = min(each.reapply_on or at.date() for each in deciding)
    application.decided_at = at
    application.move(verb, by=by, at=at, reason=application.message)
    application.save(update_fields=["decided_at", "message", "would_change", "reapply_on"])


def _ask(application: Application, deciding: Sequence[Review], by: User, at: datetime) -> None:
    """Give the case back; our clock stops with the business time that is left."""
    parts = {part for review in deciding for part in review.parts}
    application.asked_parts = [part for part in Review.Part.values if part in parts]
    if application.due_at:
        application.clock_left = business.between(at, application.due_at)
    application.due_at = None
    application.move("ask_for_changes", by=by, at=at, reason=application.message)
    application.save(update_fields=["message", "asked_parts", "clock_left", "due_at"])


def _together(messages: Iterable[str]) -> str:
    """Return what two reviewers wrote as one text; who wrote what stays between them."""
    return "\n\n".join(dict.fromkeys(filter(None, messages)))
