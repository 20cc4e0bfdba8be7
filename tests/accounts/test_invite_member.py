"""An owner invites an address; only its verified owner joins, once, in the role offered."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.models import Mail, MemberInvitation, Membership, MembershipChange, Notification
from accounts.services import member_invitations
from accounts.services.member_invitations import (
    AlreadyAMember,
    AlreadyInvited,
    InvitationTooOld,
    MailedToday,
    TooManyInvitations,
)
from accounts.services.organisations import AlreadyInAnOrganisation
from marketplace.kit.states import IllegalMove
from tests import factories
from tests.conftest import NOON

A_DAY, TWO_WEEKS = timedelta(days=1), timedelta(days=14)


def invite(organisation, by, email="Mallory@Attest.example", at=NOON):
    return member_invitations.invite(organisation, email=email, role="finance", by=by, at=at)


def test_mails_the_address_and_tells_its_reader_in_the_app(organisation, acme, guest):
    invitation = invite(organisation, acme)

    mail = Mail.objects.get()
    assert (mail.to, mail.subject) == (guest.email, "Dana Whitlock invites you to Acme")
    link = re.search(r"http\S+/member-invitations/\S+", mail.text)
    assert link
    assert member_invitations.by_token(link[0].split("/")[-2]) == invitation
    assert link[0].endswith(Notification.objects.get(user=guest).url)


def test_a_stranger_to_us_is_mailed_all_the_same(organisation, acme, ada):
    EmailAddress.objects.create(user=ada, email="new@globex.example", verified=False)

    invite(organisation, acme, "new@globex.example")

    assert Mail.objects.get().to == "new@globex.example"
    assert not Notification.objects.exists()


def test_names_of_full_length_fit_into_a_subject(organisation, acme):
    acme.name = organisation.name = "x" * 120
    acme.save()
    organisation.save()

    invite(organisation, acme)

    assert len(Mail.objects.get().subject) == 200


def test_only_an_owner_invites_asks_again_and_takes_back(organisation, invitation, member, mallory):
    for who in (mallory, *(member(role) for role in ("hiring", "finance", "viewer"))):
        for verb in (
            lambda who=who: invite(organisation, who, "other@globex.example"),
            lambda who=who: member_invitations.send_again(invitation, by=who, at=NOON + A_DAY),
            lambda who=who: member_invitations.withdraw(invitation, by=who, at=NOON),
        ):
            with pytest.raises(PermissionDenied):
                verb()

    assert MemberInvitation.objects.get().status == "sent"
    assert not Mail.objects.exists()


def test_an_address_waits_for_one_answer(organisation, acme, invitation):
    with pytest.raises(AlreadyInvited):
        invite(organisation, acme)

    assert MemberInvitation.objects.count() == 1


def test_a_member_is_not_invited_again_under_any_address_of_theirs(organisation, acme):
    EmailAddress.objects.create(user=acme, email="dana@home.example", verified=True)

    with pytest.raises(AlreadyAMember):
        invite(organisation, acme, "dana@home.example")

    assert not MemberInvitation.objects.exists()


def test_twenty_may_wait(organisation, acme):
    for number in range(20):
        factories.member_invitation(organisation, f"{number}@globex.example")

    with pytest.raises(TooManyInvitations):
        invite(organisation, acme)

    assert MemberInvitation.objects.count() == 20


def test_accepting_makes_a_member_in_the_role_offered(invitation, organisation, acme, guest):
    member_invitations.accept(invitation, by=guest, at=NOON)

    assert organisation.memberships.get(user=guest).role == "finance"
    change = MembershipChange.objects.get()
    assert (change.verb, change.user, change.role_after, change.by) == (
        *("join", guest, "finance"),
        acme,
    )
    assert Mail.objects.get(to=acme.email).subject == "Mallory joined Acme as: Finance"


def test_an_address_nobody_has_shown_to_be_theirs_opens_nothing(invitation, mallory, ada):
    EmailAddress.objects.create(user=ada, email=invitation.email, verified=False)

    for who in (mallory, ada):
        with pytest.raises(PermissionDenied):
            member_invitations.accept(invitation, by=who, at=NOON)

    assert Membership.objects.count() == 1
    assert MemberInvitation.objects.get().status == "sent"


def test_one_person_acts_for_one_organisation(invitation, guest):
    factories.organisation(guest)

    with pytest.raises(AlreadyInAnOrganisation):
        member_invitations.accept(invitation, by=guest, at=NOON)

    assert not guest.memberships.filter(organisation=invitation.organisation).exists()


@pytest.mark.parametrize("status", ["accepted", "declined", "withdrawn", "expired"])
def test_an_answer_is_final(invitation, guest, acme, status):
    invitation.status = status
    invitation.save()

    for verb in (
        lambda: member_invitations.accept(invitation, by=guest, at=NOON),
        lambda: member_invitations.decline(invitation, by=None, at=NOON),
        lambda: member_invitations.withdraw(invitation, by=acme, at=NOON),
        lambda: member_invitations.send_again(invitation, by=acme, at=NOON + A_DAY),
    ):
        with pytest.raises(IllegalMove):
            verb()

    assert not guest.memberships.exists()


def test_holds_for_two_weeks(invitation, guest):
    with pytest.raises(InvitationTooOld):
        member_invitations.accept(invitation, by=guest, at=NOON + TWO_WEEKS)

    assert member_invitations.expire_due(at=NOON + TWO_WEEKS - timedelta(seconds=1)) == 0
    assert member_invitations.expire_due(at=NOON + TWO_WEEKS) == 1
    assert MemberInvitation.objects.get().status == "expired"
    assert not guest.memberships.exists()


def test_is_mailed_again_after_a_day_and_holds_anew(invitation, acme):
    with pytest.raises(MailedToday):
        member_invitations.send_again(invitation, by=acme, at=NOON + A_DAY - timedelta(seconds=1))
    assert not Mail.objects.exists()

    member_invitations.send_again(invitation, by=acme, at=NOON + A_DAY)

    assert Mail.objects.get().to == invitation.email
    assert MemberInvitation.objects.get().expires_at == NOON + A_DAY + TWO_WEEKS


def test_who_declines_needs_no_account_and_the_inviter_hears_of_it(client, invitation, acme):
    token = member_invitations.token_of(invitation)

    answer = client.post(reverse("accounts:decline-member-invitation", args=[token]), follow=True)

    assert "You have declined" in answer.content.decode()
    assert MemberInvitation.objects.get().status == "declined"
    assert Notification.objects.get().user == acme


def test_a_forged_link_is_none(client, invitation):
    for name in ("member-invitation", "decline-member-invitation"):
        address = reverse(f"accounts:{name}", args=[invitation.public_id])
        method = client.get if name == "member-invitation" else client.post
        assert method(address).status_code == 404


def test_the_page_says_who_may_accept(client, invitation, guest, ada):
    address = reverse("accounts:member-invitation", args=[member_invitations.token_of(invitation)])

    assert "?next=/member-invitations/" in client.get(address).content.decode()
    for reader, words in ((ada, "You are signed in as"), (guest, "Join Acme")):
        client.force_login(reader)
        assert words in client.get(address).content.decode()


def test_the_owner_invites_and_the_guest_joins_by_the_pages(client, organisation, acme, guest):
    client.force_login(acme)
    answer = client.post(
        reverse("accounts:invite-member", args=[organisation.public_id]),
        {"email": guest.email, "role": "viewer"},
    )
    assert answer.status_code == 302

    client.force_login(guest)
    start = client.get(reverse("accounts:start")).content.decode()
    # A token says in which second it was made, so one that is made now may be another.
    [token] = re.findall(r"/member-invitations/([^/\"]+)/\"", start)
    client.post(reverse("accounts:accept-member-invitation", args=[token]))

    page = client.get(reverse("accounts:own-organisation"), follow=True).content.decode()
    assert "Mallory" in page
    assert "Invite somebody" not in page


def test_a_refusal_stands_on_the_form_and_nothing_typed_is_lost(
    client, organisation, acme, invitation
):
    client.force_login(acme)

    answer = client.post(
        reverse("accounts:invite-member", args=[organisation.public_id]),
        {"email": invitation.email, "role": "viewer"},
    )

    assert answer.status_code == 422
    page = answer.content.decode()
    assert "has an invitation that waits" in page
    assert f'value="{invitation.email}"' in page
