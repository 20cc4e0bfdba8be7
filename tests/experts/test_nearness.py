"""A question in plain words whose words find nobody: the skill nearest in meaning, an extra."""

import json
from datetime import UTC, datetime

import pytest
from django.core.cache import cache

from experts.directory import Directory
from experts.filters import Filters
from experts.nearness import nearest
from experts.services import search_documents
from jobs.job_board import Board
from tests import factories
from tests.served import Quiet, served

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
TODAY = NOON.date()
# What the provider of this test makes of a text: how much it is of sound, of sight, of law.
SENSES = {
    "sound": ("speech", "recordings", "calls"),
    "sight": ("vision", "scans"),
    "law": ("lawyer",),
}
ASKED = "turn recordings of our calls into notes"


class Provider(Quiet):
    """Answers `POST /v1/embeddings`: a text's vector points to the sense whose words it has."""

    told: tuple[list[str], ...] = ()
    is_away = False

    def do_POST(self):
        length = int(self.headers["Content-Length"])
        texts = json.loads(self.rfile.read(length))["input"]
        Provider.told = (*Provider.told, texts)
        rows = [
            {"object": "embedding", "index": place, "embedding": self.vector(text.lower())}
            for place, text in enumerate(texts)
        ]
        body = json.dumps({"object": "list", "data": rows, "model": "m", "usage": {}}).encode()
        self.send_response(503 if self.is_away else 200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def vector(self, text):
        """Return a vector of length 1, or of none where a text has no sense."""
        found = [float(any(word in text for word in words)) for words in SENSES.values()]
        length = sum(found) ** 0.5 or 1
        return [number / length for number in found]


@pytest.fixture
def provider(settings):
    settings.OPENAI_API_KEY = "sk-test"
    settings.EMBEDDINGS = "provider"
    Provider.told, Provider.is_away = (), False
    with served(Provider) as address:
        settings.OPENAI_BASE_URL = f"{address}/v1"
        yield Provider


@pytest.fixture
def speech(db):
    cache.clear()
    factories.skill("vision", english_name="Vision", english_title="Vision", position=2)
    return factories.skill("speech", english_name="Speech", english_title="Speech", position=1)


@pytest.fixture
def sam(speech):
    expert = factories.expert(factories.user("Sam Speaks"))
    factories.badge(expert, speech)
    search_documents.rebuild(at=NOON)
    return expert


def test_without_the_extra_nothing_is_near(speech, provider, settings):
    settings.EMBEDDINGS = ""

    assert nearest(ASKED) == []
    assert provider.told == ()


def test_the_nearest_come_first_and_what_is_far_does_not_come(speech, provider):
    assert nearest(ASKED) == ["Speech"]
    assert nearest("scans of recordings") == ["Speech", "Vision"]
    assert nearest("a lawyer") == []


def test_the_skills_are_told_once_and_each_question_by_itself(speech, provider):
    nearest(ASKED)
    nearest("scans")

    assert [len(texts) for texts in provider.told] == [2, 1, 1]
    speech.english_description = "Another one."
    speech.save()
    nearest("scans")
    assert [len(texts) for texts in provider.told] == [2, 1, 1, 2, 1]


def test_a_provider_that_is_away_leaves_the_words(sam, provider):
    provider.is_away = True

    assert nearest(ASKED) == []
    assert Directory(Filters(text=ASKED), on=TODAY).total == 0


def test_who_finds_nobody_gets_the_skill_that_was_meant_and_is_told(sam, provider, client):
    directory = Directory(Filters(text=ASKED), on=TODAY)

    assert directory.correction == "Speech"
    assert directory.total == 1
    page = client.get("/experts/", {"q": "recordings of scans", "country": sam.country}).text
    assert "These fit “Speech”" in page
    assert f'href="?q=Vision&amp;country={sam.country}">Vision</a>' in page


def test_words_that_find_somebody_are_not_told_to_anybody(sam, provider):
    assert Directory(Filters(text="Sam"), on=TODAY).correction == ""
    assert provider.told == ()


def test_a_mistyped_word_that_somebody_fits_is_not_told_to_anybody(sam, provider, speech):
    directory = Directory(Filters(text="speach"), on=TODAY)
    client = factories.organisation(factories.user("Client"))
    factories.job(client).skills.create(skill=speech, level=1, is_must=True)
    board = Board(factories.user("Reader"), {"q": "speach"}, None, at=NOON)

    assert (directory.correction, directory.others_meant) == ("speech", [])
    assert board.correction == "speech"
    assert provider.told == ()


def test_the_board_answers_the_same_way(sam, provider, speech):
    client = factories.organisation(factories.user("Client"))
    job = factories.job(client, title="Minutes", scope="Write down what is said.")
    job.skills.create(skill=speech, level=1, is_must=True)

    board = Board(factories.user("Reader"), {"q": ASKED}, None, at=NOON)

    assert board.total == 1
    assert board.correction == "Speech"


def test_the_weights_say_what_their_publisher_says():
    """The first numbers of the example that its authors print beside it."""
    minilm = pytest.importorskip("marketplace.kit.minilm", reason="the extra is not installed")
    first, second = minilm.vectors(["This is an example sentence", "Each sentence is converted"])

    assert first[:3] == pytest.approx([0.0676569, 0.0634959, 0.0487131], abs=1e-6)
    assert second[:3] == pytest.approx([0.0864386, 0.1027627, 0.0053946], abs=1e-6)


def test_other_weights_are_refused(tmp_path):
    minilm = pytest.importorskip("marketplace.kit.minilm", reason="the extra is not installed")
    (tmp_path / "model.safetensors").write_bytes(b"others")

    with pytest.raises(minilm.WeightsMissing):
        minilm.Encoder(tmp_path)
