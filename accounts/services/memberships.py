"""Who belongs to an organisation and in which role; somebody always owns it."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import policies, selectors
from accounts.models import MemberInvitation, Membership, MembershipChange, Organisation, User
from accounts.services import member_notices
from marketplace.kit.errors import DomainError
from marketplace.kit.states import move_together

Role, Verb = Membership.Role, MembershipChange.Verb


class LastOwner(DomainError):
    """Somebody always owns an organisation."""

    code = "last_owner"
    sentence = _(
        "An organisation needs an owner, and there is no other one. "
        "Make somebody else an owner first."
    )


class NoLongerAMember(DomainError):
    """The person left, or was removed, since the page was opened."""

    code = "no_longer_a_member"
    sentence = _("This person does not belong to the organisation any more.")


def hold(organisation: Organisation) -> None:
    """Take the organisation's row, so that its members change one after the other."""
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)


def admit(organisation: Organisation, user: User, *, role: str, by: User, at: datetime) -> None:
    """Make somebody a member; whoever calls this has asked whether they may be."""
    Membership.objects.create(organisation=organisation, user=user, role=role, created_at=at)
    _note(organisation, user, Verb.JOIN, after=role, by=by, at=at)


@transaction.atomic
def change_role(
    organisation: Organisation, user: User, *, role: str, by: User, at: datetime
) -> None:
    """Give a member another role; the same role again changes nothing.

    :raises PermissionDenied: unless `by` owns the organisation.
    :raises NoLongerAMember: when they left it in the meantime.
    :raises LastOwner: when it would have no owner then.
    """
    member = _member_for_owner(organisation, user, by)
    if member.role == role:
        return
    before = member.role
    _refuse_the_last_owner(member)
    member.role = role
    member.save(update_fields=["role"])
    change = _note(organisation, user, Verb.CHANGE_ROLE, before=before, after=role, by=by, at=at)
    _take_back_what_they_offered(member, at)
    member_notices.role_has_changed(change)


@transaction.atomic
def remove(organisation: Organisation, user: User, *, by: User, at: datetime) -> None:
    """End somebody's membership; what they did for the organisation stays.

    :raises PermissionDenied: unless `by` owns the organisation.
    :raises NoLongerAMember: when they left it in the meantime.
    :raises LastOwner: when it would have no owner then.
    """
    member = _member_for_owner(organisation, user, by)
    _end(member, Verb.REMOVE, by, at)


@transaction.atomic
def leave(organisation: Organisation, *, by: User, at: datetime) -> None:
    """End one's own membership.

    :raises PermissionDenied: for somebody who is no member.
    :raises LastOwner: when the organisation would have no owner then.
    """
    hold(organisation)
    member = selectors.membership(by, organisation)
    if member is None:
        raise PermissionDenied
    _end(member, Verb.LEAVE, by, at)


def _member_for_owner(organisation: Organisation, user: User, by: User) -> Membership:
    hold(organisation)
    if not policies.may_manage_members(selectors.membership(by, organisation)):
        raise PermissionDenied
    member = selectors.membership(user, organisation)
    if member is None:
        raise NoLongerAMember
    return member


def _end(member: Membership, verb: str, by: User, at: datetime) -> None:
    _refuse_the_last_owner(member)
    member.delete()
    change = _note(member.organisation, member.user, verb, before=member.role, by=by, at=at)
    _take_back_what_they_offered(member, at)
    member_notices.membership_has_ended(change)


def _refuse_the_last_owner(member: Membership) -> None:
    others = Membership.objects.filter(
        organisation=member.organisation_id, role=Role.OWNER, user__is_active=True
    ).exclude(pk=member.pk)
    if member.role == Role.OWNER and not others.exists():
        raise LastOwner


def _take_back_what_they_offered(member: Membership, at: datetime) -> None:
    """An owner who is none any more has no way back in by an address of theirs."""
    offered = MemberInvitation.objects.waiting().filter(
        organisation=member.organisation_id, invited_by=member.user_id
    )
    move_together(list(offered), "withdraw", by=None, at=at)


def _note(
    organisation: Organisation,
    user: User,
    verb: str,
    *,
    before: str = "",
    after: str = "",
    by: User,
    at: datetime,
) -> MembershipChange:
    return MembershipChange.objects.create(
        organisation=organisation,
        user=user,
        verb=verb,
        role_before=before,
        role_after=after,
        by=by,
        at=at,
    )
