"""Links: nobody hires themselves, and who may belong together is looked at by a person.

What two sides have in common is asked when an offer is made and accepted, and when a time is
booked. What can only be one person or business is refused there; what may be chance is noted when
the contract starts, and our staff judge it.
"""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from contracts import policies
from contracts.models import Contract, Link, Milestone
from contracts.models.link import SOFT, LinkKind
from contracts.selectors import links as reads
from experts.models import Expert
from experts.services import profiles
from marketplace.kit.errors import DomainError


class SidesAreOne(DomainError):
    """The client and the expert are one person or business, as far as we can see.

    What we saw is not said: who tries with borrowed names would learn what gives them away.
    """

    code = "sides_are_one"
    sentence = _(
        "By what we know, this client and this expert belong together, and nobody hires themselves"
        " here. If that is wrong, write to us."
    )


def refuse_one(organisation: Organisation, expert: Expert, *, at: datetime) -> None:
    """Let two sides through that can be two.

    :raises SidesAreOne: when they are one, by what we see or by our staff's word.
    """
    if reads.belong_together(organisation, expert, at=at):
        raise SidesAreOne


def note(contract: Contract, *, at: datetime) -> int:
    """Have our staff look at what the sides have in common; say how many things there are.

    Noted once for the two: what was judged stays judged.
    """
    seen = reads.between(contract.organisation, contract.expert, at=at) & set(SOFT)
    rows = [
        Link(organisation=contract.organisation, expert=contract.expert, kind=kind, seen_at=at)
        for kind in sorted(seen)
    ]
    Link.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows) + _note_ring(contract, at)


def _note_ring(contract: Contract, at: datetime) -> int:
    """Let nothing count of those who hire each other in a ring that a contract closes, until our
    staff have judged each pair; say how many pairs there are that nobody has noted before."""
    pairs = reads.ring_of(contract, at=at)
    noted = Link.objects.filter(
        kind=LinkKind.RING, organisation__in={one for one, _expert in pairs}
    )
    known = set(noted.values_list("organisation", "expert"))
    rows = [
        Link(organisation_id=organisation, expert_id=expert, kind=LinkKind.RING, seen_at=at)
        for organisation, expert in sorted(pairs - known)
    ]
    Link.objects.bulk_create(rows, ignore_conflicts=True)
    for row in rows:
        _let_nothing_count(row)
    return len(rows)


def let_it_be_shown(milestone: Milestone, *, at: datetime) -> None:
    """Let the expert show what was accepted and paid as evidence, unless their own side paid it."""
    contract = milestone.contract
    if reads.counts_nothing(contract.organisation, contract.expert, at=at):
        return
    profiles.record_delivery(
        contract.expert,
        source=milestone.public_id,
        title=milestone.title,
        client_name=contract.organisation.name,
        released_on=at.date(),
        amount=milestone.amount,
    )


@transaction.atomic
def confirm(link: Link, *, reason: str, by: User, at: datetime) -> Link:
    """Say that the two belong together: what they did for each other counts nothing from now on.

    Contracts that run go on; money that is held is not touched.

    :raises PermissionDenied: unless `by` is staff who watch the money.
    :raises IllegalMove: when that was said already.
    """
    link = _judge(link, "confirm", reason=reason, by=by, at=at)
    _let_nothing_count(link)
    return link


def _let_nothing_count(link: Link) -> None:
    delivered = Milestone.objects.filter(contract__in=_contracts_of(link))
    profiles.discount(
        link.expert,
        sources=_public_ids(_contracts_of(link)),
        delivered=list(delivered.values_list("public_id", flat=True)),
    )


@transaction.atomic
def dismiss(link: Link, *, reason: str, by: User, at: datetime) -> Link:
    """Say that they do not, by this; what they did counts unless something else ties them.

    :raises PermissionDenied: unless `by` is staff who watch the money.
    :raises IllegalMove: when that was said already.
    """
    link = _judge(link, "dismiss", reason=reason, by=by, at=at)
    if not reads.counts_nothing(link.organisation, link.expert, at=at):
        profiles.count_again(link.expert, sources=_public_ids(_contracts_of(link)))
    return link


def _judge(link: Link, verb: str, *, reason: str, by: User, at: datetime) -> Link:
    held = Link.objects.select_for_update(no_key=True, of=("self",))
    link = held.select_related("organisation", "expert__user").get(pk=link.pk)
    if not policies.may_watch_money(by):
        raise PermissionDenied
    link.reason = reason
    link.save(update_fields=["reason"])
    link.move(verb, by=by, at=at, reason=reason)
    return link


def _contracts_of(link: Link) -> QuerySet[Contract]:
    return Contract.objects.filter(organisation=link.organisation, expert=link.expert)


def _public_ids(contracts: QuerySet[Contract]) -> list[str]:
    return list(contracts.values_list("public_id", flat=True))
