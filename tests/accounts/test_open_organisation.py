"""Opening a client organisation makes its opener the owner, once."""

import pytest
from django.urls import reverse

from accounts.models import Organisation
from accounts.services import organisations
from accounts.services.organisations import AlreadyInAnOrganisation
from tests.conftest import NOON

FIELDS = {"name": "Globex", "website": "https://globex.example", "country": "DE", "about": "Pumps."}


def test_makes_the_opener_its_owner(mallory):
    organisation = organisations.open_for(mallory, **FIELDS, at=NOON)

    assert organisation.memberships.get().user == mallory
    assert organisation.memberships.get().role == "owner"


def test_refuses_a_second_one(acme):
    with pytest.raises(AlreadyInAnOrganisation):
        organisations.open_for(acme, **FIELDS, at=NOON)

    assert Organisation.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", ""), ("name", "x" * 121), ("name", "A\x00B"), ("country", "XX"), ("website", "no")],
)
def test_bad_input_is_answered_beside_the_field_and_nothing_is_lost(client, mallory, field, value):
    client.force_login(mallory)

    answer = client.post(reverse("accounts:open-organisation"), FIELDS | {field: value})

    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert "Pumps." in answer.content.decode()
    assert not Organisation.objects.exists()


def test_outsiders_cannot_tell_an_organisation_from_none(client, acme, mallory):
    client.force_login(mallory)
    organisation = Organisation.objects.get()

    answer = client.get(reverse("accounts:organisation", args=[organisation.public_id]))

    assert answer.status_code == 404


def test_only_the_owner_describes_it(client, acme, mallory):
    organisation = Organisation.objects.get()
    organisation.memberships.create(user=mallory, role="viewer", created_at=NOON)
    client.force_login(mallory)

    answer = client.post(reverse("accounts:organisation", args=[organisation.public_id]), FIELDS)

    assert answer.status_code == 403
    organisation.refresh_from_db()
    assert organisation.name == "Acme"
