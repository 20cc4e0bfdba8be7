"""What the two sides are told about an offer, version by version, and in which words."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Kind, User
from accounts.services.notifications import Message, in_readers_languages
from contracts.models import Offer
from contracts.services.telling import HIRING, brief, members, tell
from marketplace.kit.words import day_text


@in_readers_languages
def offer_was_sent(offer: Offer, at: datetime) -> None:
    """Tell those who answer what is offered and until when."""

    def write(user: User) -> Message:
        values = _of(offer)
        subject = _("Offer of %(total)s for %(title)s, answer by %(day)s")
        body = _(
            "%(maker)s offers you %(total)s. Read the terms and the difference from your"
            " proposal. If you do not answer, the offer expires on %(day)s."
        )
        if offer.answers_id:
            subject = _("%(maker)s names other terms: %(total)s for %(title)s, answer by %(day)s")
            body = _(
                "Read line by line what would be different. Accept, decline or name other terms"
                " yourself. If you do not answer, they expire on %(day)s."
            )
        return _about(
            offer,
            user,
            step="sent",
            subject=subject % values,
            body=body % values,
            action=_("Read the offer"),
        )

    tell(_those_who_answer(offer), write, at)


@in_readers_languages
def offer_ends(offer: Offer, at: datetime) -> None:
    """Remind those who answer that the time for it ends."""

    def write(user: User) -> Message:
        values = _of(offer)
        message = _about(
            offer,
            user,
            step="reminder",
            subject=_("Still to answer by %(day)s: %(total)s for %(title)s") % values,
            body=_(
                "Accept, decline or name other terms. If you do not answer, the offer of"
                " %(maker)s expires on %(day)s."
            )
            % values,
            action=_("Read the offer"),
        )
        return replace(message, kind=Kind.DEADLINE)

    tell(_those_who_answer(offer), write, at)


@in_readers_languages
def offer_was_declined(offer: Offer, at: datetime) -> None:
    """Tell those who made it, with the words of the other side."""

    def write(user: User) -> Message:
        values = _of(offer) | {"note": offer.decline_note}
        why = _("They wrote: %(note)s") if offer.decline_note else _("They gave no reason.")
        then = _("The proposal stands, and another offer can be made.")
        return _about(
            offer,
            user,
            step="declined",
            subject=_("%(answerer)s declined your offer of %(total)s") % values,
            body=f"{why % values}\n\n{then}",
            action=_("Open the offer"),
        )

    tell(_those_who_made(offer), write, at)


@in_readers_languages
def offer_was_withdrawn(offer: Offer, at: datetime) -> None:
    """Tell those who would have answered that there is nothing left to answer."""

    def write(user: User) -> Message:
        values = _of(offer)
        return _about(
            offer,
            user,
            step="withdrawn",
            subject=_("%(maker)s took back the offer of %(total)s") % values,
            body=_("The offer for %(title)s is no longer open. You need not do anything.") % values,
            action=_("Open the offer"),
        )

    tell(_those_who_answer(offer), write, at)


@in_readers_languages
def offer_has_expired(offer: Offer, at: datetime) -> None:
    """Tell both sides that the time to answer ran out."""

    def write(user: User) -> Message:
        return _about(
            offer,
            user,
            step="expired",
            subject=_("Expired: the offer of %(total)s for %(title)s") % _of(offer),
            body=_("Nobody answered in time. The proposal stands, and a new offer can be made."),
            action=_("Open the offer"),
        )

    tell([*_those_who_answer(offer), *_those_who_made(offer)], write, at)


@in_readers_languages
def terms_were_accepted(offer: Offer, at: datetime) -> None:
    """Tell the expert whose own terms were accepted; the client has the next step before them."""
    if not offer.is_from_expert:
        return

    def write(user: User) -> Message:
        values = _of(offer)
        return _about(
            offer,
            user,
            step="accepted",
            subject=_("%(answerer)s accepted your terms: %(total)s for %(title)s") % values,
            body=_(
                "The contract has started. Begin to work once they have paid for the first part."
            ),
            action=_("Open the offer"),
        )

    tell(_those_who_made(offer), write, at)


def _those_who_answer(offer: Offer) -> Iterable[User]:
    return _client(offer) if offer.is_from_expert else _expert(offer)


def _those_who_made(offer: Offer) -> Iterable[User]:
    return _expert(offer) if offer.is_from_expert else _client(offer)


def _expert(offer: Offer) -> Iterable[User]:
    return [offer.proposal.expert.user]


def _client(offer: Offer) -> Iterable[User]:
    return members(offer.proposal.job.organisation_id, HIRING)


def _about(offer: Offer, user: User, *, step: str, subject: str, body: str, action: str) -> Message:
    return Message(
        user=user,
        kind=Kind.PROPOSAL,
        key=f"offer:{offer.public_id}:{step}",
        subject=subject,
        body=body,
        url=reverse("contracts:offer", args=[offer.public_id]),
        action=action,
    )


def _of(offer: Offer) -> dict[str, str]:
    """What every word about an offer names, with the day as the reader sees it."""
    assert offer.expires_at  # noqa: S101 (set before it is sent)
    return {
        "title": brief(offer.title),
        "total": offer.price_text,
        "maker": brief(offer.maker_name),
        "answerer": brief(offer.answerer_name),
        "day": day_text(offer.expires_at),
    }
