"""Delivered work on a model that retires: both sides are warned, twice, and offered a way out."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from accounts.models import Notification
from contracts.selectors import deliveries
from contracts.services import milestones, retirement
from experts.models import ModelRelease
from tests import factories
from tests.conftest import NOON
from tests.contracts import agreed
from tests.laid import laid

SHUTDOWN = NOON.date() + timedelta(days=100)


@laid
def whisper(db):
    return factories.release(
        "whisper-1", lifecycle="deprecated", shutdown_on=SHUTDOWN, replacement="gpt-transcribe"
    )


@laid
def delivered(funded, whisper, ada):
    work = agreed.work(funded.contract, built_on=[whisper])
    return milestones.submit(funded, **work, by=ada, at=NOON)


def warnings():
    rows = Notification.objects.filter(key__contains=":retires:").order_by("key", "user")
    return [(row.user.email.split("@")[0], row.key.rsplit(":", 1)[1]) for row in rows]


def warn(days_before):
    retirement.warn_due(at=datetime(*SHUTDOWN.timetuple()[:3], tzinfo=UTC) - timedelta(days_before))


def test_both_sides_hear_of_it_when_it_is_deprecated_and_30_days_before(delivered):
    for days in (90, 89, 31):
        warn(days)
    assert sorted(warnings()) == [("acme", "first"), ("ada", "first")]

    for days in (30, 3, 0, -1):
        warn(days)

    assert sorted(warnings()) == sorted(
        (who, step) for who in ("acme", "ada") for step in ("first", "last")
    )


def test_the_warning_says_when_and_what_takes_its_place(delivered):
    warn(90)

    told = Notification.objects.filter(key__contains=":retires:")[0]
    assert "whisper-1 shuts down on 11 April 2030. Ask for evidence on gpt-transcribe." in told.body


def test_work_that_moved_to_another_model_is_left_alone(delivered, acme, ada):
    milestone = delivered.milestone
    milestones.ask_for_changes(delivered, note="Move it", failing=[], by=acme, at=NOON)
    moved = agreed.work(milestone.contract, built_on=[factories.release("gpt-transcribe")])
    milestones.submit(milestone, **moved, by=ada, at=NOON)

    warn(20)

    assert warnings() == []


def test_a_change_of_the_registry_says_which_contracts_it_affects(delivered):
    uses = deliveries.uses_of_retiring()

    assert {(use.name, use.api_id) for use in uses} == {
        (f"contract {delivered.milestone.contract.public_id}", "whisper-1")
    }


def test_the_contract_shows_its_models_and_offers_the_migration(delivered, client, acme):
    client.force_login(acme)
    contract = delivered.milestone.contract

    page = client.get(reverse("contracts:detail", args=[contract.public_id])).content.decode()

    assert "whisper-1 shuts down on 11 April 2030." in page
    assert reverse("jobs:choose-use-case") + "?use_case=model-migration" in page


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("whisper", "Did you mean whisper-1?"),
        ("something-else", "Write its name as the API has it."),
        (",".join(f"m{n}" for n in range(9)), "Name 8 models at most."),
        ("x" * 401, "at most 400 characters"),
        ("whisper-1\x00", "Null characters"),
    ],
)
def test_a_model_we_do_not_know_is_said_and_nothing_is_handed_in(
    client, ada, funded, whisper, typed, said
):
    client.force_login(ada)
    url = reverse("contracts:submit", args=[funded.contract.public_id, funded.public_id])

    page = client.post(url, agreed.work_form(built_on=typed))

    assert page.status_code == 422
    assert said in page.content.decode()
    assert not funded.submissions.exists()


def test_models_are_read_as_people_write_them(client, ada, funded, whisper):
    factories.release("gpt-6-sol")
    client.force_login(ada)
    url = reverse("contracts:submit", args=[funded.contract.public_id, funded.public_id])

    client.post(url, agreed.work_form(built_on=" GPT-6-sol, whisper-1,gpt-6-sol "))

    named = ModelRelease.objects.filter(submissions__milestone=funded)
    assert {release.api_id for release in named} == {"gpt-6-sol", "whisper-1"}
