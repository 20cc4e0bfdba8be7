"""What Prometheus reads, who may, and that boards and alarms ask for what there is."""

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
import stripe
from django.urls import reverse
from prometheus_client import REGISTRY
from prometheus_client.parser import text_string_to_metric_families

from accounts.services import outbox
from contracts.gateway import connection
from contracts.gateway.protocol import Unavailable
from contracts.services import watching
from marketplace import metrics
from tests import factories
from tests.conftest import NOON

DEPLOY = Path(__file__).parents[2] / "deploy"
TOKEN = {"headers": {"Authorization": "Bearer let-me-see"}}
NAMED = re.compile(r"attest_[a-z_]+")
LATER = NOON + timedelta(minutes=5)


@pytest.fixture
def token(settings):
    settings.METRICS_TOKEN = "let-me-see"


def read(at=LATER) -> dict[str, float]:
    """Every sample by its name and labels."""
    families = text_string_to_metric_families(metrics.page(at=at).decode())
    return {
        " ".join([sample.name, *dict(sorted(sample.labels.items())).values()]): sample.value
        for family in families
        for sample in family.samples
    }


# --- Who may read it


@pytest.mark.parametrize("said", ["", "Bearer ", "Bearer let-me-se", "let-me-see", "Bearer \u00fc"])
def test_without_the_token_there_is_no_such_address(client, db, token, said):
    assert client.get(reverse("metrics"), headers={"Authorization": said}).status_code == 404


def test_where_no_token_is_set_nobody_may(client, db, settings):
    settings.METRICS_TOKEN = ""
    assert client.get(reverse("metrics"), headers={"Authorization": "Bearer "}).status_code == 404


def test_with_it_prometheus_reads_in_a_few_questions(
    client, db, token, django_assert_max_num_queries
):
    with django_assert_max_num_queries(6):
        answer = client.get(reverse("metrics"), **TOKEN)

    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain")
    assert b"attest_outbox_lag_seconds 0.0" in answer.content


# --- What is counted


def test_an_answer_is_counted_by_the_name_of_its_address(client, db):
    labels = {"route": "fees", "status": "2xx"}
    before = REGISTRY.get_sample_value("attest_answer_seconds_count", labels) or 0

    client.get(reverse("fees"))

    assert REGISTRY.get_sample_value("attest_answer_seconds_count", labels) == before + 1


def test_what_is_no_address_of_ours_is_one_name(client, db):
    client.get("/wp-login.php")

    assert "attest_answer_seconds_count none 4xx" in read()
    assert not [name for name in read() if "wp-login" in name]


def test_a_refusal_of_stripes_is_counted():
    before = REGISTRY.get_sample_value("attest_stripe_refusals_total", {"word": "Unavailable"}) or 0

    with pytest.raises(Unavailable), connection.our_errors():
        raise stripe.APIConnectionError("no line")

    after = REGISTRY.get_sample_value("attest_stripe_refusals_total", {"word": "Unavailable"})
    assert after == before + 1


def test_the_lag_is_that_of_the_oldest_mail_that_is_due(db):
    letter = {"to": "x@people.example", "subject": "s", "text": "t", "html": ""}
    outbox.post(key="a", at=NOON, **letter)
    outbox.post(key="b", at=NOON + timedelta(minutes=4), **letter)

    found = read()

    assert (found["attest_outbox_due"], found["attest_outbox_lag_seconds"]) == (2, 300)


# --- The watch over the books


def test_it_says_what_it_found_and_when_and_what_lies_where(held):
    assert "attest_books_violations" not in read()

    watching.watch(at=NOON)

    found = read()
    assert (found["attest_books_violations"], found["attest_books_watched_seconds"]) == (0, 300)
    assert found["attest_money_minor usd escrow"] == held.milestone.amount_minor


def test_what_is_wrong_is_counted_and_logged(held, caplog):
    type(held).objects.filter(pk=held.pk).update(amount_minor=1)

    many = watching.watch(at=NOON)
    type(held).objects.filter(pk=held.pk).update(amount_minor=held.amount_minor)

    assert many > 0
    assert read()["attest_books_violations"] == many
    assert "books.violation" in caplog.messages


# --- Boards and alarms


@pytest.fixture
def there(held, client, settings):
    """The names of all that is exposed, once everything has happened."""
    watching.watch(at=NOON)
    client.get(reverse("fees"))
    factories.upload("a.txt", b"the first file makes the folder")
    names = {name.split()[0] for name in read()}
    # Of the broker and of a replica, neither of which is here.
    return names | {"attest_queue_messages", "attest_public_reads_total"}


def test_each_panel_of_the_board_asks_for_what_there_is(there):
    board = json.loads((DEPLOY / "grafana" / "attest.json").read_text())
    asked = {
        panel["title"]: set(NAMED.findall(target["expr"]))
        for panel in board["panels"]
        for target in panel["targets"]
    }

    assert len(asked) >= 12
    assert {title: names - there for title, names in asked.items() if names - there} == {}
    assert [title for title, names in asked.items() if not names] == []


def test_each_alarm_asks_for_what_there_is_and_has_its_page(there):
    rules = (DEPLOY / "prometheus" / "alerts.yml").read_text()

    assert set(NAMED.findall(rules)) - there == set()
    pages = re.findall(r"runbook: ([\w/.-]+)", rules)
    assert len(pages) == rules.count("- alert:")
    assert [page for page in pages if not (DEPLOY.parent / page).is_file()] == []
