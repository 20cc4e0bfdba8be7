"""`manage.py sync_models`: the file, the provider's list over real HTTP, and what follows."""

import json
from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command

from experts.models import ModelRelease
from tests import factories
from tests.served import Quiet, served

# 1 December 2029, as the provider writes it.
CREATED = 1_890_777_600


class Provider(Quiet):
    """Answers `GET /v1/models` to one key."""

    names: tuple[str, ...] = ()

    def do_GET(self):
        knows = self.headers["Authorization"] == "Bearer sk-test"
        models = [
            {"id": name, "object": "model", "created": CREATED, "owned_by": "openai"}
            for name in self.names
        ]
        body = json.dumps({"object": "list", "data": models} if knows else {"error": {}}).encode()
        self.send_response(200 if knows and self.path == "/v1/models" else 401)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def provider(settings):
    settings.OPENAI_API_KEY = "sk-test"
    with served(Provider) as address:
        settings.OPENAI_BASE_URL = f"{address}/v1"
        yield Provider


@pytest.fixture
def sync(db, capsys):
    def sync(**options):
        call_command("sync_models", **options)
        return capsys.readouterr().out.splitlines()

    return sync


def test_without_a_key_the_file_alone_speaks(sync):
    said = sync()

    assert "+ gpt-6-sol (file)" in said
    assert said[-1].startswith("impact: 0 badges age")
    assert sync() == [said[-1]]


def test_a_preview_says_the_same_and_changes_nothing(sync):
    said = sync(preview=True)

    assert "+ gpt-6-sol (file)" in said
    assert said[-1].startswith("impact (preview): 0 badges age")
    assert not ModelRelease.objects.exists()


def test_with_a_key_new_models_of_known_families_come_in(sync, provider):
    provider.names = ("gpt-6-sol", "gpt-6-nova", "davinci", "ft:gpt-6-sol:acme::x")

    said = sync()

    assert "+ gpt-6-nova in GPT-6 (provider's list)" in said
    assert "? davinci: no family we know; add it to the file" in said
    assert "? gpt-6-luna: usable here, not in the provider's list" in said
    assert ModelRelease.objects.get(api_id="gpt-6-nova").lifecycle == "active"


def test_a_refused_key_changes_nothing(sync, provider, settings):
    settings.OPENAI_API_KEY = "sk-wrong"

    with pytest.raises(CommandError, match="could not be read"):
        sync()

    assert not ModelRelease.objects.exists()


def test_the_impact_names_the_badges_a_date_in_the_file_ends(sync, grace, monkeypatch):
    at = datetime(2027, 3, 1, tzinfo=UTC)
    monkeypatch.setattr("experts.management.commands.sync_models.now", lambda: at)
    badge = factories.badge(grace, factories.skill("evals"))
    # The file knows that this model is gone.
    badge.application.built_on.add(factories.release("gpt-4", shutdown_on=None))

    said = sync()

    assert f"! badge {badge.public_id} (Evals, level 2) lapses" in said
    assert said[-1].startswith("impact: 0 badges age, 0 are valid again, 1 lapse,")
    badge.refresh_from_db()
    assert badge.status == "lapsed"
