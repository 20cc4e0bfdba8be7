"""The set of the accounts tests: Acme, and people who have shown that an address is theirs."""

import pytest
from allauth.account.models import EmailAddress

from accounts.models import MemberInvitation, Membership, Organisation, User
from tests import factories
from tests.conftest import NOON


@pytest.fixture
def organisation(acme) -> Organisation:
    """Acme."""
    return Organisation.objects.get(memberships__user=acme)


@pytest.fixture
def member(organisation):
    """Return somebody who acts for Acme in a role."""

    def member(role: str) -> User:
        user = factories.user(f"{role.title()} Member")
        Membership.objects.create(organisation=organisation, user=user, role=role, created_at=NOON)
        return user

    return member


@pytest.fixture
def guest(mallory) -> User:
    """Mallory, who has shown that her address is hers."""
    EmailAddress.objects.create(user=mallory, email=mallory.email, verified=True, primary=True)
    return mallory


@pytest.fixture
def invitation(organisation) -> MemberInvitation:
    """Acme's invitation of Mallory's address, as finance."""
    return factories.member_invitation(organisation)
