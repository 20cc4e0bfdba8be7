"""What people are told about work and money, and in which words.

Every key is made from one of our rows, so a fact is told once whoever finds out first.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Kind, User
from accounts.services import notifications
from accounts.services.notifications import Message, in_readers_languages
from contracts.models import Contract, Document, Feedback, Milestone
from contracts.selectors.deliveries import Delivery
from contracts.services.telling import (
    PAYING,
    REVIEWING,
    about,
    about_milestone,
    both_sides,
    brief,
    members,
    of_milestone,
    tell,
)
from marketplace.kit.words import day_text

# --- Contracts


@in_readers_languages
def offer_was_accepted(contract: Contract, at: datetime) -> None:
    """Tell the client's people, with what they do next; those who accepted have it before them."""
    offer = contract.offer
    if contract.kind != Contract.Kind.FIXED or offer is None or offer.is_from_expert:
        return
    first = contract.milestones.order_by("position")[0]
    values = of_milestone(first)

    def write(user: User) -> Message:
        return about(
            contract,
            user,
            kind=Kind.PROPOSAL,
            key=f"contract:{contract.public_id}:started",
            subject=_("%(expert)s accepted. Fund milestone 1, %(amount)s, to start") % values,
            body=_("Work on %(title)s begins when the first milestone is funded.") % values,
            action=_("Open the contract"),
        )

    tell(members(contract.organisation_id, REVIEWING), write, at)


@in_readers_languages
def feedback_is_due(contract: Contract, at: datetime) -> None:
    """Ask both sides to rate each other while the window is open."""
    values = {"title": brief(contract.title)}

    def write(user: User) -> Message:
        assert contract.feedback_until  # noqa: S101 (complete, so it has an end)
        words = values | {"day": day_text(contract.feedback_until)}
        return about(
            contract,
            user,
            kind=Kind.DEADLINE,
            key=f"contract:{contract.public_id}:feedback",
            subject=_("Leave feedback on %(title)s by %(day)s") % words,
            body=_("Neither side sees the other's words until both are in, or until %(day)s.")
            % words,
            action=_("Leave feedback"),
            url=reverse("contracts:leave-feedback", args=[contract.public_id]),
        )

    tell(both_sides(contract), write, at)


@in_readers_languages
def feedback_ends(contract: Contract, sides: Iterable[str], at: datetime) -> None:
    """Remind these sides that the window to rate each other closes."""

    def write(user: User) -> Message:
        assert contract.feedback_until  # noqa: S101 (complete, so it has an end)
        words = {"title": brief(contract.title), "day": day_text(contract.feedback_until)}
        return about(
            contract,
            user,
            kind=Kind.DEADLINE,
            key=f"contract:{contract.public_id}:feedback-reminder",
            subject=_("Last days for feedback on %(title)s, until %(day)s") % words,
            body=_("After %(day)s feedback can no longer be left, and what was said is public.")
            % words,
            action=_("Leave feedback"),
            url=reverse("contracts:leave-feedback", args=[contract.public_id]),
        )

    if Feedback.Side.EXPERT in sides:
        tell([contract.expert.user], write, at)
    if Feedback.Side.CLIENT in sides:
        tell(members(contract.organisation_id, REVIEWING), write, at)


@in_readers_languages
def feedback_was_published(contract: Contract, at: datetime) -> None:
    """Tell both sides in the app that they can read what was said."""
    for user in both_sides(contract):
        notifications.tell_in_app(
            about(
                contract,
                user,
                kind=Kind.PROPOSAL,
                key=f"contract:{contract.public_id}:published",
                subject=_("Feedback on %(title)s is public") % {"title": brief(contract.title)},
                body=_("You can read what was said on the contract."),
                action=_("Read the feedback"),
            ),
            at=at,
        )


# --- Milestones


@in_readers_languages
def milestone_was_funded(milestone: Milestone, at: datetime) -> None:
    """Tell the expert to start, and give those who pay a receipt; a bonus is told as a release."""
    if milestone.is_made_to_be_paid or milestone.contract.is_consultation:
        return
    contract = milestone.contract
    values = of_milestone(milestone) | {"day": day_text(milestone.due_on)}

    def to_expert(user: User) -> Message:
        return about_milestone(
            milestone,
            user,
            step="funded",
            subject=_("Milestone %(number)d is funded, %(amount)s held, due %(day)s") % values,
            body=_("%(client)s paid for it. You can start: the money is released on approval.")
            % values,
            action=_("Open the contract"),
        )

    def to_client(user: User) -> Message:
        return about_milestone(
            milestone,
            user,
            step="funded",
            subject=_("Paid: %(amount)s held for milestone %(number)d of %(title)s") % values,
            body=_("%(expert)s was told to start. The money stays held until you approve.")
            % values,
            action=_("Open the receipt"),
            url=_paper_url(Document.objects.filter(payment__milestone=milestone)),
        )

    tell([contract.expert.user], to_expert, at)
    tell(members(contract.organisation_id, PAYING), to_client, at)


@in_readers_languages
def work_was_submitted(milestone: Milestone, at: datetime) -> None:
    """Ask the client's people to review, with the deadline and what is held."""
    submission = milestone.submissions.order_by("-pk")[0]

    def write(user: User) -> Message:
        assert milestone.review_due_at  # noqa: S101 (set before it is submitted)
        values = of_milestone(milestone) | {"day": day_text(milestone.review_due_at)}
        return about(
            milestone.contract,
            user,
            kind=Kind.DEADLINE,
            key=f"submission:{submission.public_id}",
            subject=_("Review milestone %(number)d by %(day)s, %(held)s held") % values,
            body=_(
                "%(expert)s handed in work for %(title)s, with a value for each check. If nobody"
                " answers by %(day)s, %(held)s are released."
            )
            % values,
            action=_("Review the work"),
        )

    tell(members(milestone.contract.organisation_id, REVIEWING), write, at)


@in_readers_languages
def review_is_due(milestone: Milestone, days: int, at: datetime) -> None:
    """Remind the client's people that their time to answer ends in this many days."""
    submission = milestone.submissions.order_by("-pk")[0]

    def write(user: User) -> Message:
        assert milestone.review_due_at  # noqa: S101 (the clock runs)
        values = of_milestone(milestone) | {"day": day_text(milestone.review_due_at)}
        return about(
            milestone.contract,
            user,
            kind=Kind.DEADLINE,
            key=f"submission:{submission.public_id}:reminder-{days}",
            subject=_("Still to review by %(day)s: milestone %(number)d, %(held)s held") % values,
            body=_(
                "Approve the work or ask for changes. If nobody answers by %(day)s, %(held)s are"
                " released to %(expert)s."
            )
            % values,
            action=_("Review the work"),
        )

    tell(members(milestone.contract.organisation_id, REVIEWING), write, at)


@in_readers_languages
def changes_were_asked(milestone: Milestone, at: datetime) -> None:
    """Tell the expert what the client wants changed."""
    submission = milestone.submissions.order_by("-pk")[0]
    values = of_milestone(milestone)

    def write(user: User) -> Message:
        return about(
            milestone.contract,
            user,
            kind=Kind.DEADLINE,
            key=f"changes:{submission.public_id}",
            subject=_("Changes asked on milestone %(number)d, %(held)s still held") % values,
            body=_("%(client)s named what is missing. The review clock stands still.") % values,
            action=_("Read the changes"),
        )

    tell([milestone.contract.expert.user], write, at)


# --- Models


@in_readers_languages
def model_retires(delivery: Delivery, at: datetime, *, is_last: bool) -> None:
    """Tell both sides that delivered work has to move to another model, and by when."""
    contract, release = delivery.contract, delivery.release
    step = "last" if is_last else "first"
    values = {"model": release.api_id, "title": brief(contract.title)}

    def write(user: User) -> Message:
        return about(
            contract,
            user,
            kind=Kind.DEADLINE,
            key=f"contract:{contract.public_id}:retires:{release.api_id}:{step}",
            subject=_("%(model)s retires: it runs in %(title)s") % values,
            body=_("%(advice)s Plan the migration before then; we prepared a job for it.")
            % {"advice": release.advice},
            action=_("Plan the migration"),
            url=f"{reverse('contracts:detail', args=[contract.public_id])}#models",
        )

    tell(both_sides(contract), write, at)


# --- In which words


def _paper_url(papers: QuerySet[Document]) -> str:
    """Return the address of the latest of these papers."""
    return reverse("contracts:document", args=[papers[0].public_id])
