"""The last work of a contract says of the models in it what the client takes over."""

import hashlib

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from contracts import invariants
from contracts.models import Declaration, Submission
from contracts.services import endings, milestones
from contracts.services.declarations import DeclarationIsMissing, Declared
from tests import factories
from tests.conftest import NOON
from tests.contracts import agreed
from tests.laid import laid

SAID = {
    "adaptation": "Four examples in the prompt, nothing tuned.",
    "data_used": "Your manuals; the test set is CC BY 4.0.",
    "limits": "Not for tables over two pages.",
    "operators": "Your platform team, with your key.",
}


@laid
def last(pay, checks, contract):
    """The second and last milestone, paid for; the first was given up."""
    first, second = contract.milestones.all()
    endings.cancel_milestone(first, by=contract.job.posted_by, at=NOON)
    pay(second)
    return second


@pytest.fixture
def url(last, contract, monkeypatch):
    monkeypatch.setattr("contracts.views.milestones.now", lambda: NOON)
    return reverse("contracts:submit", args=[contract.public_id, last.public_id])


def hand_in(milestone, **changes):
    return agreed.handed_in(milestone, built_on=[factories.release()], **changes)


def test_the_client_reads_it_where_they_approve_and_on_the_contract(client, last, contract, acme):
    work = hand_in(last, declared=Declared(**SAID, others="Llama 3.1 8B"))

    client.force_login(acme)
    for page in (
        reverse("contracts:detail", args=[contract.public_id]),
        reverse("contracts:approve", args=[contract.public_id, work.public_id]),
    ):
        text = client.get(page).text
        assert all(said in text for said in (*SAID.values(), "gpt-6-sol", "Llama 3.1 8B"))
    answer = client.get(f"/api/v1/contracts/{contract.public_id}/").json()["declaration"]
    assert answer["models"] == ["gpt-6-sol"]
    assert {name: answer[name] for name in SAID} == SAID


def test_both_sides_read_who_accepted_what_and_when(client, last, contract, acme, ada):
    work = hand_in(last, declared=Declared(**SAID))
    milestones.approve(work, by=acme, at=NOON)

    for reader in (acme, ada):
        client.force_login(reader)
        page = client.get(reverse("contracts:detail", args=[contract.public_id])).text
        file = client.get(
            reverse("contracts:handed-in-file", args=[contract.public_id, work.public_id])
        )

        assert "Accepted by Dana Whitlock for Acme, <time" in page
        assert hashlib.sha256(file.content).hexdigest() in page
        said = file.json()
        assert said["declared"] == SAID | {"others": ""}
        assert said["models"] == ["gpt-6-sol"]
        assert len(said["checks"]) == 3


def test_what_was_handed_in_and_is_altered_afterwards_is_found(last):
    work = hand_in(last, declared=Declared(**SAID))
    assert list(invariants.works_that_changed()) == []

    Declaration.objects.update(limits="None.")

    assert [work.public_id in said for said in invariants.works_that_changed()] == [True]
    Declaration.objects.update(limits=SAID["limits"])


@pytest.mark.parametrize("declared", [None, Declared(**SAID | {"limits": ""})])
def test_without_it_nothing_is_handed_in(last, declared):
    with pytest.raises(DeclarationIsMissing):
        hand_in(last, declared=declared)

    assert not Submission.objects.exists()


def test_work_before_the_last_needs_none(funded):
    hand_in(funded)

    assert not Declaration.objects.exists()


def test_half_of_it_cannot_be_stored(last):
    work = agreed.handed_in(last)

    with pytest.raises(IntegrityError), transaction.atomic():
        Declaration.objects.create(submission=work, **SAID | {"data_used": ""})


# --- The page


def test_the_page_asks_only_with_the_last_work(client, ada, url, last, contract):
    client.force_login(ada)
    assert "What the client takes over" in client.get(url).text

    factories.milestone(contract)
    assert "What the client takes over" not in client.get(url).text


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({}, "Name the models, or tick that it runs on none"),
        ({"others": "Llama 3.1 8B"} | SAID | {"data_used": ""}, "The client needs to know this"),
        ({"others": "Llama 3.1 8B", "is_without_model": "on"}, "You name a model"),
        ({"others": "x" * 301} | SAID, "300"),
    ],
)
def test_what_is_missing_is_said_beside_its_field(client, ada, url, typed, says):
    client.force_login(ada)

    page = client.post(url, agreed.work_form(**typed))

    assert page.status_code == 422
    assert says in page.text
    assert "Retrieval is on staging." in page.text
    assert not Submission.objects.exists()


def test_a_tick_says_that_there_is_no_model(client, ada, url):
    client.force_login(ada)

    client.post(url, agreed.work_form(is_without_model="on"))
    assert Submission.objects.exists()
    assert not Declaration.objects.exists()


def test_what_is_typed_is_declared(client, ada, url):
    client.force_login(ada)

    client.post(url, agreed.work_form(others="Llama 3.1 8B", **SAID))

    row = Declaration.objects.get()
    assert {name: getattr(row, name) for name in SAID} == SAID
    assert row.others == "Llama 3.1 8B"
