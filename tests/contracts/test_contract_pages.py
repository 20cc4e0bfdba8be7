"""Every page of a contract answers its two sides, and says what is true of it."""


import pytest
from django.urls import reverse


@pytest.fixture
def read(client):
    """Read a page as somebody."""

    def read(user, name, *args, status=200) -> str:
        client.force_login(user)
        response = client.get(reverse(f"contracts:{name}", args=args))
        assert response.status_code == status
        return response.content.decode()

    return read


def test_the_form_of_an_offer_is_filled_in_from_the_proposal(read, acme, proposal):
    page = read(acme, "make-offer", proposal.public_id)

    assert 'value="Part 1"' in page
    assert 'value="4,200.00"' in page
    assert 'value="3.0"' in page  # the figure ada proposed for the second check
    assert "3.0, with scanned tables" in page


def test_smoke(read, acme, ada, offer, submission, mallory, client):
    read(acme, "offer", offer.public_id)
    read(ada, "offer", offer.public_id)
    read(ada, "decline-offer", offer.public_id)
    milestone = submission.milestone
    contract = milestone.contract
    for who in (acme, ada):
        read(who, "index")
        read(who, "detail", contract.public_id)
        read(who, "funding", contract.public_id, milestone.public_id)
    read(ada, "earnings")
    read(ada, "submit", contract.public_id, milestone.public_id)
    read(acme, "ask-for-changes", contract.public_id, submission.public_id)
    read(acme, "approve", contract.public_id, submission.public_id)
    read(acme, "leave-feedback", contract.public_id)
