"""What people are told about offers, work and money, and in which words.

Every key is made from one of our rows, so a fact is told once whoever finds out first.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Kind, User
from accounts.services import notifications
from accounts.services.notifications import Message, in_readers_languages
from contracts.models import Contract, Document, Feedback, Milestone, Offer
from contracts.selectors.deliveries import Delivery
from contracts.services.telling import (
    HIRING,
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

# --- Offers


@in_readers_languages
def offer_was_sent(offer: Offer, at: datetime) -> None:
    """Tell the expert what is offered and until when."""

    def write(user: User) -> Message:
        assert offer.expires_at  # noqa: S101 (set before it is sent)
        values = _of_offer(offer) | {"day": day_text(offer.expires_at)}
        return _about_offer(
            offer,
            user,
            step="sent",
            subject=_("Offer of %(total)s for %(title)s, answer by %(day)s") % values,
            body=_(
                "%(client)s offers you %(total)s. Read the terms and the difference from your"
                " proposal. If you do not answer, the offer expires on %(day)s."
            )
            % values,
            action=_("Read the offer"),
        )

    tell([offer.proposal.expert.user], write, at)


@in_readers_languages
def offer_ends(offer: Offer, at: datetime) -> None:
    """Remind the expert that the time to answer ends."""

    def write(user: User) -> Message:
        assert offer.expires_at  # noqa: S101 (set before it is sent)
        values = _of_offer(offer) | {"day": day_text(offer.expires_at)}
        message = _about_offer(
            offer,
            user,
            step="reminder",
            subject=_("Still to answer by %(day)s: %(total)s for %(title)s") % values,
            body=_(
                "Accept, decline or write what you would change. If you do not answer, the offer of"
                " %(client)s expires on %(day)s."
            )
            % values,
            action=_("Read the offer"),
        )
        return replace(message, kind=Kind.DEADLINE)

    tell([offer.proposal.expert.user], write, at)


@in_readers_languages
def offer_was_declined(offer: Offer, at: datetime) -> None:
    """Tell those who hire, with the expert's words."""
    values = _of_offer(offer)
    why = _("They wrote: %(note)s") % {"note": offer.decline_note} if offer.decline_note else ""

    def write(user: User) -> Message:
        return _about_offer(
            offer,
            user,
            step="declined",
            subject=_("%(expert)s declined your offer of %(total)s") % values,
            body=why or _("They gave no reason. You can change the terms and offer again."),
            action=_("Open the offer"),
        )

    tell(members(offer.proposal.job.organisation_id, HIRING), write, at)


@in_readers_languages
def offer_was_withdrawn(offer: Offer, at: datetime) -> None:
    """Tell the expert that there is nothing left to answer."""
    values = _of_offer(offer)

    def write(user: User) -> Message:
        return _about_offer(
            offer,
            user,
            step="withdrawn",
            subject=_("%(client)s took back the offer of %(total)s") % values,
            body=_("The offer for %(title)s is no longer open. You need not do anything.") % values,
            action=_("Open the offer"),
        )

    tell([offer.proposal.expert.user], write, at)


@in_readers_languages
def offer_has_expired(offer: Offer, at: datetime) -> None:
    """Tell both sides that the time to answer ran out."""
    values = _of_offer(offer)

    def write(user: User) -> Message:
        return _about_offer(
            offer,
            user,
            step="expired",
            subject=_("Expired: the offer of %(total)s for %(title)s") % values,
            body=_("Nobody answered in time. The proposal stands, and a new offer can be made."),
            action=_("Open the offer"),
        )

    hiring = members(offer.proposal.job.organisation_id, HIRING)
    tell([offer.proposal.expert.user, *hiring], write, at)


# --- Contracts


@in_readers_languages
def offer_was_accepted(contract: Contract, at: datetime) -> None:
    """Tell the client's people, with what they do next."""
    if contract.kind != Contract.Kind.FIXED:
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


def _about_offer(
    offer: Offer, user: User, *, step: str, subject: str, body: str, action: str
) -> Message:
    return Message(
        user=user,
        kind=Kind.PROPOSAL,
        key=f"offer:{offer.public_id}:{step}",
        subject=subject,
        body=body,
        url=reverse("contracts:offer", args=[offer.public_id]),
        action=action,
    )


def _of_offer(offer: Offer) -> dict[str, str]:
    return {
        "title": brief(offer.title),
        "total": offer.price_text,
        "client": brief(offer.proposal.job.organisation.name),
        "expert": brief(offer.proposal.expert.name),
    }


def _paper_url(papers: QuerySet[Document]) -> str:
    """Return the address of the latest of these papers."""
    return reverse("contracts:document", args=[papers[0].public_id])
