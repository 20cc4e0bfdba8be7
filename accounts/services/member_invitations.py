"""Offering somebody a role in an organisation, by mail, and taking their answer.

An invitation is bound to its address: the link in the mail shows it to whoever holds it, but only
somebody who is signed in and has shown that the address is theirs may accept.
"""

from datetime import datetime, timedelta

from django.core import signing
from django.core.exceptions import PermissionDenied
from django.core.signing import BadSignature
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import policies, selectors
from accounts.models import MemberInvitation, Organisation, User
from accounts.services import member_notices, memberships
from accounts.services.organisations import AlreadyInAnOrganisation
from marketplace.kit.errors import DomainError
from marketplace.kit.states import IllegalMove, move_together

SALT = "accounts.member-invitation"
ANSWER_WITHIN = timedelta(days=14)
# Somebody who did not answer is not mailed more often than this.
AGAIN_AFTER = timedelta(days=1)
# Our mail is not a way to write to strangers by the hundred.
MOST_WAITING = 20
SWEEP = 100


class AlreadyAMember(DomainError):
    """Whoever reads that address is in already."""

    code = "already_a_member"
    sentence = _("This person already belongs to your organisation.")


class AlreadyInvited(DomainError):
    """One address waits for one answer."""

    code = "already_invited"
    sentence = _("This address has an invitation that waits for an answer.")


class TooManyInvitations(DomainError):
    """So many people have not answered yet."""

    code = "too_many_invitations"
    sentence = _(
        "Twenty invitations wait for an answer, which is the limit. "
        "Take one back, or wait until somebody answers."
    )


class InvitationTooOld(DomainError):
    """The offer does not hold for ever."""

    code = "invitation_too_old"
    sentence = _("This invitation is older than two weeks. Ask for a new one.")


class MailedToday(DomainError):
    """A reminder a day is enough."""

    code = "mailed_today"
    sentence = _("We mailed this invitation less than a day ago. Send it again tomorrow.")


@transaction.atomic
def invite(
    organisation: Organisation, *, email: str, role: str, by: User, at: datetime
) -> MemberInvitation:
    """Offer a role to the owner of an address, by mail.

    :raises PermissionDenied: unless `by` owns the organisation.
    :raises AlreadyAMember: when a member has shown that the address is theirs.
    :raises AlreadyInvited: when that address has not answered yet.
    :raises TooManyInvitations: when too many have not.
    """
    email = email.lower()
    _hold_for_owner(organisation, by)
    if selectors.is_read_by_a_member(email, organisation):
        raise AlreadyAMember
    waiting = organisation.member_invitations.waiting()
    if waiting.filter(email=email).exists():
        raise AlreadyInvited
    if waiting.count() >= MOST_WAITING:
        raise TooManyInvitations
    invitation = MemberInvitation.objects.create(
        organisation=organisation,
        email=email,
        role=role,
        invited_by=by,
        created_at=at,
        mailed_at=at,
        expires_at=at + ANSWER_WITHIN,
    )
    invitation.move("send", by=by, at=at)
    member_notices.somebody_is_invited(invitation, token_of(invitation))
    return invitation


@transaction.atomic
def send_again(invitation: MemberInvitation, *, by: User, at: datetime) -> None:
    """Mail an unanswered invitation once more; it holds for two weeks from now.

    :raises PermissionDenied: unless `by` owns the organisation.
    :raises IllegalMove: when it was answered, taken back or too old.
    :raises MailedToday: when the last mail is not a day old.
    """
    _hold_for_owner(invitation.organisation, by)
    invitation.refresh_from_db(fields=["status", "mailed_at"])
    if not invitation.may("withdraw"):
        raise IllegalMove
    if at < invitation.mailed_at + AGAIN_AFTER:
        raise MailedToday
    invitation.mailed_at, invitation.expires_at = at, at + ANSWER_WITHIN
    invitation.save(update_fields=["mailed_at", "expires_at"])
    member_notices.somebody_is_invited(invitation, token_of(invitation))


@transaction.atomic
def withdraw(invitation: MemberInvitation, *, by: User, at: datetime) -> None:
    """Take an unanswered invitation back; its link says so from now on.

    :raises PermissionDenied: unless `by` owns the organisation.
    :raises IllegalMove: when it was answered.
    """
    _hold_for_owner(invitation.organisation, by)
    invitation.move("withdraw", by=by, at=at)


@transaction.atomic
def accept(invitation: MemberInvitation, *, by: User, at: datetime) -> None:
    """Become a member in the role that was offered.

    :raises PermissionDenied: unless `by` has shown that the invited address is theirs.
    :raises AlreadyInAnOrganisation: when they are a member of one.
    :raises InvitationTooOld: when it was mailed more than two weeks ago.
    :raises IllegalMove: when it was answered or taken back.
    """
    # Both at once: one person acts for one organisation, which opening one also asks.
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    memberships.hold(invitation.organisation)
    if invitation.email not in selectors.verified_addresses(by):
        raise PermissionDenied
    if by.memberships.exists():
        raise AlreadyInAnOrganisation
    if invitation.expires_at <= at:
        raise InvitationTooOld
    invitation.move("accept", by=by, at=at)
    memberships.admit(
        invitation.organisation, by, role=invitation.role, by=invitation.invited_by, at=at
    )
    member_notices.somebody_has_joined(invitation, by, at)


@transaction.atomic
def decline(invitation: MemberInvitation, *, by: User | None, at: datetime) -> None:
    """Say no, which takes nothing but the link.

    :param by: who says so, where they are signed in.
    :raises IllegalMove: when it was answered or taken back.
    """
    memberships.hold(invitation.organisation)
    invitation.move("decline", by=by, at=at)
    member_notices.somebody_has_declined(invitation, at)


def expire_due(*, at: datetime) -> int:
    """Sweep: give up on invitations nobody answered in two weeks; return how many."""
    old = MemberInvitation.objects.waiting().filter(expires_at__lte=at).order_by("expires_at")
    return len(move_together(list(old[:SWEEP]), "expire", by=None, at=at))


def token_of(invitation: MemberInvitation) -> str:
    """Return what the link in the mail carries."""
    return signing.dumps(invitation.public_id, salt=SALT)


def by_token(token: str) -> MemberInvitation | None:
    """Return the invitation a link belongs to; nothing for a link that is forged."""
    try:
        public_id = signing.loads(token, salt=SALT)
    except BadSignature:
        return None
    rows = MemberInvitation.objects.select_related("organisation", "invited_by")
    return rows.filter(public_id=public_id).first()


def _hold_for_owner(organisation: Organisation, by: User) -> None:
    memberships.hold(organisation)
    if not policies.may_manage_members(selectors.membership(by, organisation)):
        raise PermissionDenied
