"""What is laid down is what was built, and only where it would have become that."""

import pytest
from django.db import connection

from tests import factories
from tests.laid import ground, laid

built: list[str] = []
seen: set[str] = set()


@laid
def owner(db):
    built.append("owner")
    return factories.user("Olga Owner")


@laid
def office(owner):
    built.append("office")
    factories.organisation(owner)
    type(owner).objects.filter(pk=owner.pk).update(name="Olga of Globex")
    return owner


@pytest.fixture
def so_far(db):
    """Write something, and say how much was built before."""
    factories.user("Somebody first")
    return len(built)


@pytest.mark.parametrize("time", ["first", "again", "and again"])
def test_it_is_built_once_and_the_same_every_time(owner, office, time):
    assert built.count("office") == 1
    seen.add(owner.public_id)
    assert len(seen) == 1
    assert office is owner
    owner.refresh_from_db()
    assert owner.name == "Olga of Globex"
    assert owner.memberships.get().organisation.name == "Globex"
    factories.organisation(owner, name="Undone with the test")
    assert owner.memberships.count() == 2


def test_what_was_written_before_has_it_built_anew(so_far, owner):
    assert built[so_far:] == ["owner"]


@pytest.mark.django_db(transaction=True)
def test_with_real_transactions_nothing_is_laid(owner):
    assert owner.name == "Olga Owner"
    assert ground.path == ()


def test_triggers_speak_again_after_it(office):
    with connection.cursor() as cursor:
        cursor.execute("SHOW session_replication_role")
        assert cursor.fetchone() == ("origin",)


@pytest.fixture
def perhaps_signed_in(request, owner, client):
    if request.param:
        client.force_login(owner)


@laid
def branch(owner):
    return factories.organisation(owner, name="Branch")


@laid
def second_branch(branch):
    return factories.organisation(branch.memberships.get().user, name="Second branch")


# Whoever is there first builds the one branch, perhaps signed in; others build the second upon it.
@pytest.mark.parametrize("number", [1, 2, "2 again", "and again"])
@pytest.mark.parametrize("perhaps_signed_in", [True, False], indirect=True)
def test_that_somebody_signed_in_is_in_no_picture(
    owner, perhaps_signed_in, branch, number, request
):
    if number != 1:
        request.getfixturevalue("second_branch")
    assert owner.memberships.count() == (1 if number == 1 else 2)
