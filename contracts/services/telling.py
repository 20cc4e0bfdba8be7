"""How people on a contract are told something: who, in which words, and about what."""

from collections.abc import Callable, Iterable
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator

from accounts.models import Kind, Membership, User
from accounts.models.user import FINANCE
from accounts.services import notifications
from accounts.services.notifications import Message
from contracts.models import Contract, Milestone
from marketplace.kit.words import money_text

Role = Membership.Role
HIRING = (Role.OWNER, Role.HIRING)
PAYING = (Role.OWNER, Role.FINANCE)
REVIEWING = (Role.OWNER, Role.HIRING, Role.FINANCE)


def tell(users: Iterable[User], write: Callable[[User], Message], at: datetime) -> None:
    """Tell each of them, with dates as their own clock shows them."""
    for user in users:
        with timezone.override(user.time_zone):
            notifications.tell(write(user), at=at)


def members(organisation_pk: int, roles: Iterable[str]) -> Iterable[User]:
    return User.objects.filter(
        memberships__organisation=organisation_pk, memberships__role__in=roles, is_active=True
    )


def money_watchers() -> Iterable[User]:
    """Our staff who decide about money that does not fit."""
    return User.objects.filter(groups__name=FINANCE, is_staff=True, is_active=True)


def both_sides(contract: Contract) -> Iterable[User]:
    return [contract.expert.user, *members(contract.organisation_id, REVIEWING)]


def about(
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


def about_milestone(
    milestone: Milestone,
    user: User,
    *,
    step: str,
    subject: str,
    body: str,
    action: str,
    url: str = "",
) -> Message:
    return about(
        milestone.contract,
        user,
        kind=Kind.MONEY,
        key=f"milestone:{milestone.public_id}:{step}",
        subject=subject,
        body=body,
        action=action,
        url=url,
    )


def of_milestone(milestone: Milestone) -> dict[str, object]:
    contract = milestone.contract
    return {
        "number": milestone.position,
        "amount": money_text(milestone.amount),
        "held": money_text(milestone.held),
        "title": brief(contract.title),
        "client": brief(contract.organisation.name),
        "expert": brief(contract.expert.name),
    }


def brief(text: str) -> str:
    """Cut a name or a title so that a subject of several still fits in one line."""
    return Truncator(text).chars(60)
