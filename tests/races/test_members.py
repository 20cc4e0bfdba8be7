"""Owners who go, and guests who come, in the same moment."""

import pytest
from allauth.account.models import EmailAddress

from accounts.models import MemberInvitation, Membership, Organisation
from accounts.services import member_invitations, memberships
from tests import factories
from tests.conftest import NOON

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("turn", range(3))
def test_of_three_owners_who_leave_at_once_one_stays(acme, at_once, turn):
    organisation = Organisation.objects.get()
    owners = [acme, *(factories.user(f"Owner {number}") for number in range(2))]
    for owner in owners[1:]:
        Membership.objects.create(
            organisation=organisation, user=owner, role="owner", created_at=NOON
        )

    outcomes = at_once(
        *(
            lambda owner=owner: memberships.leave(organisation, by=owner, at=NOON)
            for owner in owners
        )
    )

    assert [type(one).__name__ for one in outcomes if one] == ["LastOwner"]
    assert Membership.objects.get().role == "owner"


def test_one_person_with_two_invitations_joins_one(acme, mallory, at_once):
    EmailAddress.objects.create(user=mallory, email=mallory.email, verified=True)
    other = factories.organisation(factories.user("Otto Other"))
    for organisation in (acme.memberships.get().organisation, other):
        factories.member_invitation(organisation)

    outcomes = at_once(
        *(
            lambda row=row: member_invitations.accept(row, by=mallory, at=NOON)
            for row in MemberInvitation.objects.all()
        )
    )

    assert [type(one).__name__ for one in outcomes if one] == ["AlreadyInAnOrganisation"]
    assert mallory.memberships.count() == 1
