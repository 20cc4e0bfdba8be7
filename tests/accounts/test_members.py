"""Owners change roles and remove members; anybody may leave; somebody always owns it."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.models import Mail, MemberInvitation, Membership, MembershipChange
from accounts.services import memberships
from accounts.services.memberships import LastOwner, NoLongerAMember
from accounts.views.organisations import MEMBERS_PER_PAGE
from tests import factories
from tests.conftest import NOON


def role_of(user) -> str:
    return user.memberships.get().role


def test_an_owner_changes_a_role_and_the_member_is_told(organisation, acme, member):
    vera = member("viewer")

    memberships.change_role(organisation, vera, role="finance", by=acme, at=NOON)

    assert role_of(vera) == "finance"
    change = MembershipChange.objects.get()
    assert (change.role_before, change.role_after, change.by) == ("viewer", "finance", acme)
    assert Mail.objects.get().to == vera.email
    assert Mail.objects.get().subject == "Your role at Acme is now: Finance"


def test_the_other_owners_are_told_too(organisation, acme, member):
    other, vera = member("owner"), member("viewer")

    memberships.change_role(organisation, vera, role="owner", by=acme, at=NOON)

    assert Mail.objects.get(to=other.email).subject == (
        "The role of Viewer Member at Acme is now: Owner"
    )
    assert not Mail.objects.filter(to=acme.email).exists()


def test_the_same_role_again_changes_nothing(organisation, acme):
    memberships.change_role(organisation, acme, role="owner", by=acme, at=NOON)

    assert not MembershipChange.objects.exists()
    assert not Mail.objects.exists()


def test_only_an_owner_changes_and_removes(organisation, acme, member, mallory):
    for who in (mallory, *(member(role) for role in ("hiring", "finance", "viewer"))):
        with pytest.raises(PermissionDenied):
            memberships.change_role(organisation, who, role="owner", by=who, at=NOON)
        with pytest.raises(PermissionDenied):
            memberships.remove(organisation, acme, by=who, at=NOON)

    assert role_of(acme) == "owner"
    assert not MembershipChange.objects.exists()


def test_whoever_is_removed_sees_nothing_more_and_is_told(client, organisation, acme, member):
    vera = member("viewer")

    memberships.remove(organisation, vera, by=acme, at=NOON)

    client.force_login(vera)
    page = reverse("accounts:organisation", args=[organisation.public_id])
    assert client.get(page).status_code == 404
    assert Mail.objects.get().subject == "You do not belong to Acme any more"
    assert MembershipChange.objects.get().verb == "remove"


def test_anybody_may_leave_and_the_owners_are_told(organisation, acme, member):
    vera = member("viewer")

    memberships.leave(organisation, by=vera, at=NOON)

    assert not vera.memberships.exists()
    assert MembershipChange.objects.get().verb == "leave"
    assert Mail.objects.get().to == acme.email


@pytest.mark.parametrize("is_active", [True, False])
def test_the_last_owner_stays_one(organisation, acme, member, is_active):
    member("finance")
    if not is_active:  # whoever may not log in owns nothing
        gone = member("owner")
        gone.is_active = False
        gone.save()

    for verb in (
        lambda: memberships.leave(organisation, by=acme, at=NOON),
        lambda: memberships.remove(organisation, acme, by=acme, at=NOON),
        lambda: memberships.change_role(organisation, acme, role="viewer", by=acme, at=NOON),
    ):
        with pytest.raises(LastOwner):
            verb()

    assert role_of(acme) == "owner"
    assert not MembershipChange.objects.exists()


def test_of_two_owners_one_may_go(organisation, acme, member):
    other = member("owner")

    memberships.leave(organisation, by=acme, at=NOON)

    with pytest.raises(LastOwner):
        memberships.leave(organisation, by=other, at=NOON)


def test_whoever_left_meanwhile_is_neither_changed_nor_removed(organisation, acme, mallory):
    with pytest.raises(NoLongerAMember):
        memberships.change_role(organisation, mallory, role="owner", by=acme, at=NOON)
    with pytest.raises(NoLongerAMember):
        memberships.remove(organisation, mallory, by=acme, at=NOON)

    assert Membership.objects.count() == 1


def test_an_owner_who_goes_leaves_no_door_open(organisation, acme, member):
    other = member("owner")
    own = factories.member_invitation(organisation, "alias@attest.example", invited_by=other)
    factories.member_invitation(organisation, "new@globex.example", invited_by=acme)

    memberships.change_role(organisation, other, role="viewer", by=acme, at=NOON)

    assert MemberInvitation.objects.waiting().get().invited_by == acme
    assert own.history.get().verb == "withdraw"


def test_the_pages_change_remove_and_let_go(client, organisation, acme, member):
    vera, finn = member("viewer"), member("finance")
    client.force_login(acme)
    page = reverse("accounts:member", args=[organisation.public_id, vera.public_id])

    assert client.post(page, {"role": "hiring"}).status_code == 302
    assert role_of(vera) == "hiring"
    client.post(reverse("accounts:remove-member", args=[organisation.public_id, vera.public_id]))
    assert not vera.memberships.exists()

    client.force_login(finn)
    client.post(reverse("accounts:leave", args=[organisation.public_id]))
    assert not finn.memberships.exists()
    assert MembershipChange.objects.count() == 3


def test_other_members_read_who_is_in_and_change_nothing(client, organisation, acme, member):
    client.force_login(member("viewer"))

    page = client.get(reverse("accounts:organisation", args=[organisation.public_id]))
    assert "Dana Whitlock" in page.content.decode()
    assert "Invite somebody" not in page.content.decode()
    for name, args in (("invite-member", []), ("member", [acme.public_id])):
        address = reverse(f"accounts:{name}", args=[organisation.public_id, *args])
        assert client.get(address).status_code == 403
        assert client.post(address, {"role": "owner"}).status_code == 403


def test_the_last_owner_reads_why_they_cannot_leave(client, organisation, acme):
    client.force_login(acme)

    answer = client.post(reverse("accounts:leave", args=[organisation.public_id]))

    assert answer.status_code == 409
    assert "Make somebody else an owner first." in answer.content.decode()


def test_staff_read_who_came_and_went(client, organisation, acme, member):
    memberships.change_role(organisation, member("viewer"), role="hiring", by=acme, at=NOON)
    client.force_login(factories.user("Root", is_staff=True, is_superuser=True))

    page = client.get(f"/admin/accounts/organisation/{organisation.pk}/change/")

    assert "Got another role" in page.content.decode()
    assert client.get("/admin/accounts/organisation/").status_code == 200
    assert client.get("/admin/accounts/memberinvitation/").status_code == 200


def test_a_long_list_of_members_has_pages(client, organisation, acme):
    people = [factories.user(f"Colleague {number}") for number in range(MEMBERS_PER_PAGE)]
    Membership.objects.bulk_create(
        Membership(organisation=organisation, user=row, role="viewer", created_at=NOON)
        for row in people
    )
    client.force_login(acme)
    address = reverse("accounts:organisation", args=[organisation.public_id])

    first, second = client.get(address).text, client.get(address, {"page": 2}).text

    names = [row.name for row in (acme, people[-1])]
    main = [text[text.index('id="members"') :] for text in (first, second)]
    assert [[name in text for name in names] for text in main] == [[True, False], [False, True]]
    assert 'href="?page=2" rel="next"' in first


def test_a_long_list_of_those_invited_has_pages_of_its_own(client, organisation, acme):
    for number in range(MEMBERS_PER_PAGE + 1):
        factories.member_invitation(organisation, f"guest.{number}@attest.example")
    client.force_login(acme)
    address = reverse("accounts:organisation", args=[organisation.public_id])

    first, second = client.get(address).text, client.get(address, {"invited": 2}).text

    ends = ["guest.0@", f"guest.{MEMBERS_PER_PAGE}@"]
    assert [[end in text for end in ends] for text in (first, second)] == [
        [True, False],
        [False, True],
    ]
    assert 'href="?invited=2" rel="next"' in first
    assert acme.name in second[second.index('id="members"') :], "members keep their own page"
