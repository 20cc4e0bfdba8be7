"""What people are told about who belongs to an organisation.

All of it is news of security: whoever joins as owner or finance can spend the organisation's money.
"""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts import emails, selectors
from accounts.models import (
    Kind,
    MemberInvitation,
    Membership,
    MembershipChange,
    Organisation,
    User,
)
from accounts.services import notifications, outbox
from accounts.services.notifications import Message, in_readers_languages

Verb = MembershipChange.Verb


def somebody_is_invited(invitation: MemberInvitation, token: str) -> None:
    """Mail the address, whether or not somebody here reads it; tell its reader in the app too."""
    reader = selectors.reader_of(invitation.email)
    # To a stranger we speak as whoever invites them.
    with override((reader or invitation.invited_by).language):
        _invite(invitation, token, reader)


def _invite(invitation: MemberInvitation, token: str, reader: User | None) -> None:
    at = invitation.mailed_at
    names = {
        "inviter": invitation.invited_by.shown_name,
        "organisation": invitation.organisation.name,
        "role": invitation.get_role_display(),
    }
    subject = _brief(_("%(inviter)s invites you to %(organisation)s") % names)
    body = _(
        "%(inviter)s would like you to act for %(organisation)s as: %(role)s. The link works for "
        "two weeks and for this address alone: sign in with it, or open an account with it. If "
        "you do nothing, nothing happens."
    )
    url = reverse("accounts:member-invitation", args=[token])
    action = _("Read the invitation")
    text, html = emails.compose_to(
        reader.shown_name if reader else invitation.email,
        subject=subject,
        body=body % names,
        url=url,
        action=action,
    )
    key = f"member-invitation:{invitation.public_id}:{at:%Y%m%d%H%M%S}"
    outbox.post(key=key, to=invitation.email, subject=subject, text=text, html=html, at=at)
    if reader:
        in_app = Message(reader, Kind.SECURITY, key, subject, body % names, url, action)
        notifications.tell_in_app(in_app, at=at)


@in_readers_languages
def somebody_has_joined(invitation: MemberInvitation, user: User, at: datetime) -> None:
    """Tell the owners who is in now, and as what."""
    organisation = invitation.organisation
    subject = _("%(member)s joined %(organisation)s as: %(role)s") % {
        "member": user.shown_name,
        "organisation": organisation.name,
        "role": invitation.get_role_display(),
    }
    body = _("%(inviter)s had invited %(email)s.") % {
        "inviter": invitation.invited_by.shown_name,
        "email": invitation.email,
    }
    key = f"{invitation.public_id}:accepted"
    _tell_owners(organisation, (subject, body), key, but=(user,), at=at)


@in_readers_languages
def somebody_has_declined(invitation: MemberInvitation, at: datetime) -> None:
    """Tell whoever invited them, in the app: it asks nothing of them."""
    subject = _("%(email)s does not want to join %(organisation)s") % {
        "email": invitation.email,
        "organisation": invitation.organisation.name,
    }
    notifications.tell_in_app(
        Message(
            invitation.invited_by,
            Kind.SECURITY,
            f"{invitation.public_id}:declined",
            _brief(subject),
            "",
            _page(invitation.organisation),
            _("See the members"),
        ),
        at=at,
    )


@in_readers_languages
def role_has_changed(change: MembershipChange) -> None:
    """Tell the member, and the owners who did not do it."""
    names = _names(change)
    to_member = (
        _("Your role at %(organisation)s is now: %(role)s") % names,
        _("%(by)s changed it. Before, it was: %(before)s.") % names,
    )
    to_owners = (
        _("The role of %(member)s at %(organisation)s is now: %(role)s") % names,
        to_member[1],
    )
    if change.user_id != change.by_id:
        _tell([change.user], to_member, _key(change), _page(change.organisation), change.at)
    _tell_owners(
        change.organisation, to_owners, _key(change), but=(change.user, change.by), at=change.at
    )


@in_readers_languages
def membership_has_ended(change: MembershipChange) -> None:
    """Tell whoever was removed, and the owners who did not do it."""
    names = _names(change)
    if change.verb == Verb.REMOVE and change.user_id != change.by_id:
        to_member = (
            _("You do not belong to %(organisation)s any more") % names,
            _("%(by)s removed you. Contracts and money there go on without you.") % names,
        )
        _tell([change.user], to_member, _key(change), reverse("accounts:start"), change.at)
    to_owners = (
        _("%(member)s does not belong to %(organisation)s any more") % names,
        _("Their role was: %(before)s. It was ended by: %(by)s.") % names,
    )
    _tell_owners(
        change.organisation, to_owners, _key(change), but=(change.user, change.by), at=change.at
    )


def _names(change: MembershipChange) -> dict[str, str]:
    return {
        "member": change.user.shown_name,
        "organisation": change.organisation.name,
        "role": change.get_role_after_display(),
        "before": change.get_role_before_display(),
        "by": change.by.shown_name,
    }


def _brief(subject: str) -> str:
    """Two names of full length would be longer than a subject may be."""
    return Truncator(subject).chars(200)


def _key(change: MembershipChange) -> str:
    return f"membership:{change.pk}"


def _page(organisation: Organisation) -> str:
    return reverse("accounts:organisation", args=[organisation.public_id])


def _tell_owners(
    organisation: Organisation,
    words: tuple[str, str],
    key: str,
    *,
    but: Iterable[User],
    at: datetime,
) -> None:
    owners = User.objects.filter(
        memberships__organisation=organisation,
        memberships__role=Membership.Role.OWNER,
        is_active=True,
    ).exclude(pk__in=[user.pk for user in but])
    _tell(owners, words, key, _page(organisation), at)


def _tell(users: Iterable[User], words: tuple[str, str], key: str, url: str, at: datetime) -> None:
    subject, body = words
    for user in users:
        message = Message(
            user, Kind.SECURITY, key, _brief(subject), body, url, _("See the members")
        )
        notifications.tell(message, at=at)
