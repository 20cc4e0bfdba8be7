"""Correcting a release: staff see what would follow, then change it, and say why."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.models import User
from experts.services import impact, registry
from experts.services.registry import Correction
from tests import factories
from tests.conftest import NOON
from tests.laid import laid

SHUT_DOWN = Correction("shutdown", None, date(2029, 1, 1), "gpt-transcribe", "")
TYPED = {
    "lifecycle": "shutdown",
    "deprecated_on": "",
    "shutdown_on": "2029-01-01",
    "replacement": "gpt-transcribe",
    "note": "",
    "reason": "Announced on the deprecations page",
}


@laid
def root(db):
    return User.objects.create_superuser("root@attest.example", name="Root")


@laid
def whisper(db):
    return factories.release("whisper-1")


@laid
def badge(grace, whisper):
    row = factories.badge(grace, factories.skill("speech-to-text"))
    row.application.built_on.add(whisper)
    return row


def correct(release, by):
    return registry.correct(release, correction=SHUT_DOWN, reason="Announced", by=by, at=NOON)


@pytest.fixture
def bench(client, root, whisper, monkeypatch):
    """The page of whisper-1, at noon."""
    monkeypatch.setattr("experts.views.registry.now", lambda: NOON)
    client.force_login(root)
    return reverse("admin:registry:release", args=[whisper.api_id])


def test_what_changed_is_written_down_with_the_reason(whisper, root):
    correct(whisper, root)

    change = whisper.changes.get()
    assert change.columns == {
        "lifecycle": ["active", "shutdown"],
        "shutdown_on": [None, "2029-01-01"],
        "replacement": ["", "gpt-transcribe"],
    }
    assert (change.reason, change.by) == ("Announced", root)


def test_a_correction_that_corrects_nothing_leaves_no_trace(whisper, root):
    correct(whisper, root)
    correct(whisper, root)

    assert whisper.changes.count() == 1


def test_reviewers_and_experts_do_not_correct_it(whisper, rhea, ada):
    for who in (rhea, ada):
        with pytest.raises(PermissionDenied):
            correct(whisper, who)

    whisper.refresh_from_db()
    assert (whisper.lifecycle, whisper.changes.count()) == ("active", 0)


def test_a_preview_names_what_would_follow_and_changes_nothing(whisper, badge, root):
    found = impact.of(lambda: correct(whisper, root), at=NOON)

    assert found.plan.lapsing == [badge]
    whisper.refresh_from_db()
    badge.refresh_from_db()
    assert (whisper.lifecycle, badge.status, whisper.changes.count()) == ("active", "active", 0)


def test_what_was_so_before_is_not_blamed_on_the_change(whisper, badge, root):
    correct(whisper, root)

    assert impact.of(lambda: None, at=NOON) == impact.Impact(impact.Plan(), [])


def test_the_bench_shows_it_first_and_offers_to_apply_it_then(client, bench, badge):
    page = client.post(bench, TYPED | {"then": "preview"})

    assert "Lapses: Grace" in page.content.decode()
    assert "Change the registry" in page.content.decode()
    badge.refresh_from_db()
    assert badge.status == "active"


def test_the_bench_applies_it_and_ages_the_badges(client, bench, badge):
    client.post(bench, TYPED | {"then": "apply"})

    badge.refresh_from_db()
    assert (badge.status, badge.valid_until) == ("lapsed", date(2029, 4, 1))


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("reason", ""),
        ("lifecycle", "immortal"),
        ("shutdown_on", "soon"),
        ("deprecated_on", "2029-02-01"),
        ("note", "x" * 201),
        ("replacement", "gpt\x00"),
    ],
)
def test_what_cannot_be_read_is_said_and_changes_nothing(client, bench, whisper, field, typed):
    page = client.post(bench, TYPED | {"then": "apply", field: typed})

    assert page.status_code == 422
    whisper.refresh_from_db()
    assert whisper.lifecycle == "active"
