"""Stolen cards are not tried out here: who is refused often pauses; a wave stops first payments.

Whoever has many card numbers looks for a page that says which of them work. A person may be refused
three times an hour. When more cards are refused than accepted all over the site, clients who have
never paid open no payment page for as long as that lasts; those we know go on.
"""

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from contracts.models import Payment
from contracts.selectors import payments
from contracts.services import finance_notices
from marketplace.kit.errors import DomainError

# Within the hour: of one person, and from how many on a wave is possible (threat 11 of the design).
WINDOW = timedelta(hours=1)
MOST_OF_ONE = 3
FROM_ALL = 20


class TooManyRefusals(DomainError):
    """Banks have refused this person's cards three times within the hour."""

    status = 429
    come_back = 3_600
    code = "too_many_refusals"
    sentence = _(
        "Banks have refused your payments three times within the hour. Nothing was charged."
        " Ask your bank, and try again in an hour."
    )


class CardsAreTested(DomainError):
    """Far more cards are refused than accepted, and this client has never paid."""

    status = 503
    come_back = 3_600
    code = "cards_are_tested"
    sentence = _(
        "We take no first payments at the moment, because somebody is trying out cards that are not"
        " theirs. Nothing was charged. Try again in an hour, or write to us."
    )


def refuse(organisation: Organisation, *, by: User, at: datetime) -> None:
    """Let those through who do not look like somebody who tries out cards.

    :raises TooManyRefusals: after three refusals within the hour.
    :raises CardsAreTested: to a client who has never paid, during a wave.
    """
    if payments.refusals_of(by, since=at - WINDOW) >= MOST_OF_ONE:
        raise TooManyRefusals
    if organisation.paid_at is None and is_wave(at=at):
        raise CardsAreTested


def is_wave(*, at: datetime) -> bool:
    """Whether banks have refused many cards within the hour, and more than they accepted."""
    refused, accepted = payments.refused_and_accepted(since=at - WINDOW)
    return refused >= FROM_ALL and refused > accepted


def pages_to_close(payment: Payment, *, at: datetime) -> list[int]:
    """Return the keys of milestones whose page takes no other card, now that this one was refused.

    Our staff who watch the money are told of a wave, once an hour.
    """
    pages = payments.open_pages()
    if is_wave(at=at):
        finance_notices.cards_are_tested(at)
        pages = pages.filter(milestone__contract__organisation__paid_at=None)
    elif payments.refusals_of(payment.by, since=at - WINDOW) >= MOST_OF_ONE:
        pages = pages.filter(by=payment.by)
    else:
        pages = pages.none()
    return list(pages.values_list("milestone", flat=True))
