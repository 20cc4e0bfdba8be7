"""What people are told about offers, work and money, and in which words.

Every key is made from one of our rows, so a fact is told once whoever finds out first.
"""

from collections.abc import Callable, Iterable
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from accounts.models import Kind, Membership, User
from accounts.services import notifications
from accounts.services.notifications import Message
from contracts.models import Contract, Milestone, Offer, Operation, Payment
from contracts.selectors.deliveries import Delivery
from marketplace.kit.words import day_text, money_text

Role = Membership.Role
HIRING = (Role.OWNER, Role.HIRING)
PAYING = (Role.OWNER, Role.FINANCE)
REVIEWING = (Role.OWNER, Role.HIRING, Role.FINANCE)


# --- Offers


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

    _tell([offer.proposal.expert.user], write, at)


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

    _tell(_members(offer.proposal.job.organisation_id, HIRING), write, at)


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

    _tell([offer.proposal.expert.user], write, at)


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

    hiring = _members(offer.proposal.job.organisation_id, HIRING)
    _tell([offer.proposal.expert.user, *hiring], write, at)


# --- Contracts


def offer_was_accepted(contract: Contract, at: datetime) -> None:
    """Tell the client's people, with what they do next."""
    first = contract.milestones.order_by("position")[0]
    values = _of_milestone(first)

    def write(user: User) -> Message:
        return _about(
            contract,
            user,
            kind=Kind.PROPOSAL,
            key=f"contract:{contract.public_id}:started",
            subject=_("%(expert)s accepted. Fund milestone 1, %(amount)s, to start") % values,
            body=_("Work on %(title)s begins when the first milestone is funded.") % values,
            action=_("Open the contract"),
        )

    _tell(_members(contract.organisation_id, REVIEWING), write, at)


def feedback_is_due(contract: Contract, at: datetime) -> None:
    """Ask both sides to rate each other while the window is open."""
    values = {"title": _brief(contract.title)}

    def write(user: User) -> Message:
        assert contract.feedback_until  # noqa: S101 (complete, so it has an end)
        words = values | {"day": day_text(contract.feedback_until)}
        return _about(
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

    _tell(_both_sides(contract), write, at)


def feedback_was_published(contract: Contract, at: datetime) -> None:
    """Tell both sides in the app that they can read what was said."""
    for user in _both_sides(contract):
        notifications.tell_in_app(
            _about(
                contract,
                user,
                kind=Kind.PROPOSAL,
                key=f"contract:{contract.public_id}:published",
                subject=_("Feedback on %(title)s is public") % {"title": _brief(contract.title)},
                body=_("You can read what was said on the contract."),
                action=_("Read the feedback"),
            ),
            at=at,
        )


# --- Milestones


def milestone_was_funded(milestone: Milestone, at: datetime) -> None:
    """Tell the expert to start, and give those who pay a receipt."""
    contract = milestone.contract
    values = _of_milestone(milestone) | {"day": day_text(milestone.due_on)}

    def to_expert(user: User) -> Message:
        return _about_milestone(
            milestone,
            user,
            step="funded",
            subject=_("Milestone %(number)d is funded, %(amount)s held, due %(day)s") % values,
            body=_("%(client)s paid for it. You can start: the money is released on approval.")
            % values,
            action=_("Open the contract"),
        )

    def to_client(user: User) -> Message:
        return _about_milestone(
            milestone,
            user,
            step="funded",
            subject=_("Paid: %(amount)s held for milestone %(number)d of %(title)s") % values,
            body=_("%(expert)s was told to start. The money stays held until you approve.")
            % values,
            action=_("Open the contract"),
        )

    _tell([contract.expert.user], to_expert, at)
    _tell(_members(contract.organisation_id, PAYING), to_client, at)


def payment_failed(payment: Payment, at: datetime) -> None:
    """Tell the person who tried to pay that nothing was charged."""
    milestone = payment.milestone
    values = _of_milestone(milestone) | {"total": money_text(payment.total)}

    def write(user: User) -> Message:
        return _about(
            milestone.contract,
            user,
            kind=Kind.MONEY,
            key=f"payment:{payment.public_id}:failed",
            subject=_("Not paid: %(total)s for milestone %(number)d") % values,
            body=_("The bank refused the payment and nothing was charged. You can try again."),
            action=_("Open the contract"),
        )

    _tell([payment.by], write, at)


def work_was_submitted(milestone: Milestone, at: datetime) -> None:
    """Ask the client's people to review, with the deadline and what is held."""
    submission = milestone.submissions.order_by("-pk")[0]

    def write(user: User) -> Message:
        assert milestone.review_due_at  # noqa: S101 (set before it is submitted)
        values = _of_milestone(milestone) | {"day": day_text(milestone.review_due_at)}
        return _about(
            milestone.contract,
            user,
            kind=Kind.DEADLINE,
            key=f"submission:{submission.public_id}",
            subject=_("Review milestone %(number)d by %(day)s, %(amount)s held") % values,
            body=_("%(expert)s handed in work for %(title)s, with a value for each check.")
            % values,
            action=_("Review the work"),
        )

    _tell(_members(milestone.contract.organisation_id, REVIEWING), write, at)


def review_is_due(milestone: Milestone, days: int, at: datetime) -> None:
    """Remind the client's people that their time to answer ends in this many days."""
    submission = milestone.submissions.order_by("-pk")[0]

    def write(user: User) -> Message:
        assert milestone.review_due_at  # noqa: S101 (the clock runs)
        values = _of_milestone(milestone) | {"day": day_text(milestone.review_due_at)}
        return _about(
            milestone.contract,
            user,
            kind=Kind.DEADLINE,
            key=f"submission:{submission.public_id}:reminder-{days}",
            subject=_("Still to review by %(day)s: milestone %(number)d, %(amount)s held") % values,
            body=_("%(expert)s is waiting for your answer. Approve the work or ask for changes.")
            % values,
            action=_("Review the work"),
        )

    _tell(_members(milestone.contract.organisation_id, REVIEWING), write, at)


def changes_were_asked(milestone: Milestone, at: datetime) -> None:
    """Tell the expert what the client wants changed."""
    submission = milestone.submissions.order_by("-pk")[0]
    values = _of_milestone(milestone)

    def write(user: User) -> Message:
        return _about(
            milestone.contract,
            user,
            kind=Kind.DEADLINE,
            key=f"changes:{submission.public_id}",
            subject=_("Changes asked on milestone %(number)d, %(amount)s still held") % values,
            body=_("%(client)s named what is missing. The review clock stands still.") % values,
            action=_("Read the changes"),
        )

    _tell([milestone.contract.expert.user], write, at)


def milestone_was_released(milestone: Milestone, at: datetime) -> None:
    """Tell the expert that the work was accepted, and give those who pay a receipt."""
    contract = milestone.contract
    values = _of_milestone(milestone)

    def to_expert(user: User) -> Message:
        return _about_milestone(
            milestone,
            user,
            step="released",
            subject=_("Milestone %(number)d approved, %(amount)s released to you") % values,
            body=_("The transfer, less our fee, is on its way to your payout account."),
            action=_("Open your earnings"),
            url=reverse("contracts:earnings"),
        )

    def to_client(user: User) -> Message:
        return _about_milestone(
            milestone,
            user,
            step="released",
            subject=_("Released: %(amount)s to %(expert)s for milestone %(number)d") % values,
            body=_("The release of %(amount)s for %(title)s is final.") % values,
            action=_("Open the contract"),
        )

    _tell([contract.expert.user], to_expert, at)
    _tell(_members(contract.organisation_id, PAYING), to_client, at)


# --- Models


def model_retires(delivery: Delivery, at: datetime, *, is_last: bool) -> None:
    """Tell both sides that delivered work has to move to another model, and by when."""
    contract, release = delivery.contract, delivery.release
    step = "last" if is_last else "first"
    values = {"model": release.api_id, "title": _brief(contract.title)}

    def write(user: User) -> Message:
        return _about(
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

    _tell(_both_sides(contract), write, at)


# --- Transfers to the expert


def expert_was_paid(operation: Operation, at: datetime) -> None:
    """Tell the expert that the transfer has arrived."""
    _about_transfer(
        operation,
        at,
        step="paid",
        subject=_("Paid: %(net)s for milestone %(number)d"),
        body=_("%(net)s is on your payout account, after our fee. %(client)s approved the work."),
        action=_("Open your earnings"),
    )


def payout_is_blocked(operation: Operation, at: datetime) -> None:
    """Tell the expert what keeps the money from them."""
    _about_transfer(
        operation,
        at,
        step="blocked",
        subject=_("Set up payouts: %(net)s is waiting for you"),
        body=_("Your payout account cannot receive money yet. The transfer goes out once it can."),
        action=_("Set up payouts"),
    )


# --- Who is told, and how


def _tell(users: Iterable[User], write: Callable[[User], Message], at: datetime) -> None:
    """Tell each of them, with dates as their own clock shows them."""
    for user in users:
        with timezone.override(user.time_zone):
            notifications.tell(write(user), at=at)


def _members(organisation_pk: int, roles: Iterable[str]) -> Iterable[User]:
    return User.objects.filter(
        memberships__organisation=organisation_pk, memberships__role__in=roles, is_active=True
    )


def _both_sides(contract: Contract) -> Iterable[User]:
    return [contract.expert.user, *_members(contract.organisation_id, REVIEWING)]


def _about(
    contract: Contract,
    user: User,
    *,
    kind: Kind,
    key: str,
    subject: str,
    body: str,
    action: str,
    url: str = "",
) -> Message:
    url = url or reverse("contracts:detail", args=[contract.public_id])
    return Message(
        user=user, kind=kind, key=key, subject=subject, body=body, url=url, action=action
    )


def _about_milestone(
    milestone: Milestone,
    user: User,
    *,
    step: str,
    subject: str,
    body: str,
    action: str,
    url: str = "",
) -> Message:
    return _about(
        milestone.contract,
        user,
        kind=Kind.MONEY,
        key=f"milestone:{milestone.public_id}:{step}",
        subject=subject,
        body=body,
        action=action,
        url=url,
    )


def _about_transfer(
    operation: Operation, at: datetime, *, step: str, subject: str, body: str, action: str
) -> None:
    release = operation.release
    if release is None:
        return
    values = _of_milestone(release.milestone) | {"net": money_text(release.net)}

    def write(user: User) -> Message:
        return _about(
            operation.contract,
            user,
            kind=Kind.MONEY,
            key=f"operation:{operation.public_id}:{step}",
            subject=subject % values,
            body=body % values,
            action=action,
            url=reverse("contracts:earnings"),
        )

    _tell([operation.contract.expert.user], write, at)


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
        "title": _brief(offer.title),
        "total": money_text(offer.total),
        "client": _brief(offer.proposal.job.organisation.name),
        "expert": _brief(offer.proposal.expert.name),
    }


def _of_milestone(milestone: Milestone) -> dict[str, object]:
    contract = milestone.contract
    return {
        "number": milestone.position,
        "amount": money_text(milestone.amount),
        "title": _brief(contract.title),
        "client": _brief(contract.organisation.name),
        "expert": _brief(contract.expert.name),
    }


def _brief(text: str) -> str:
    """Cut a name or a title so that a subject of several still fits in one line."""
    return Truncator(text).chars(60)
