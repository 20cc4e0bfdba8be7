"""A referee is asked once, by mail, answers without an account, and cannot be taken back."""

from datetime import timedelta

import pytest

from accounts.models import Mail
from experts import proofs
from experts.models import Reference
from experts.services import checks, evidence, references, vetting
from experts.services.evidence import RefereeRefused, SourceMissing
from marketplace.kit.states import IllegalMove
from tests.conftest import NOON
from tests.state_table import moves_only_as_its_table_says, table

LATER = NOON + timedelta(days=2)


@pytest.fixture
def told(draft, artefact):
    """Grace's draft with a referee at Globex."""
    piece = evidence.add(
        draft,
        artefact=artefact(
            kind="client_reference",
            url="",
            referee_name="Dana Whitlock",
            referee_email="dana@globex.example",
        ),
        by=draft.expert.user,
        at=NOON,
    )
    evidence.disclose(draft, shown={piece: "title"}, by=draft.expert.user)
    return piece


@pytest.fixture
def asked(told):
    """The same, submitted: the referee has our mail."""
    vetting.submit(told.application, by=told.application.expert.user, at=NOON)
    checks.run(told.application.pk, at=NOON)
    return Reference.objects.get()


def check_of(reference):
    return reference.evidence.checks.get(kind="reference")


def test_the_table_of_references():
    assert table(Reference) == {
        "ask": ({"draft"}, "asked"),
        "confirm": ({"asked"}, "confirmed"),
        "deny": ({"asked"}, "denied"),
        "expire": ({"asked"}, "expired"),
    }


def test_references_move_along_it(asked):
    moves_only_as_its_table_says(asked)


def test_the_referee_gets_one_mail_with_the_claim_and_a_link(asked):
    [mail] = Mail.objects.filter(to="dana@globex.example")

    assert mail.subject == "Grace Mensah names you as a reference"
    for said in ("Dana Whitlock", "Four thousand lines, mine.", "90%", "/references/"):
        assert said in mail.text
    references.ask(asked.evidence.application, at=LATER)
    assert Mail.objects.filter(to="dana@globex.example").count() == 1


def test_the_check_waits_for_the_answer(asked):
    assert check_of(asked).status == "pending"


def test_a_yes_becomes_a_proof(asked, client):
    at = f"/references/{references.token_of(asked)}/"
    assert "Did Grace Mensah do this?" in client.get(at).content.decode()
    asked.refresh_from_db()
    assert asked.status == "asked"

    answer = client.post(at, {"is_confirmed": "yes", "words": "She built it."}, follow=True)
    checks.run_due(at=LATER)

    assert "Your answer has arrived" in answer.content.decode()
    assert check_of(asked).status == "passed"
    assert check_of(asked).sentence == "Dana Whitlock (globex.example) confirms it."
    assert [proof.kind for proof in proofs.proofs_of(asked.evidence)] == ["reference"]


def test_a_no_is_told_to_the_reviewers(asked):
    references.answer(asked, is_confirmed=False, words="", at=LATER)
    checks.run_due(at=LATER)

    assert check_of(asked).status == "failed"
    assert proofs.proofs_of(asked.evidence) == []


def test_the_link_works_once(asked, client):
    at = f"/references/{references.token_of(asked)}/"
    client.post(at, {"is_confirmed": "no"})

    client.post(at, {"is_confirmed": "yes"})

    asked.refresh_from_db()
    assert asked.status == "denied"
    with pytest.raises(IllegalMove):
        references.answer(asked, is_confirmed=True, words="", at=LATER)


@pytest.mark.django_db(transaction=True)
def test_of_two_answers_at_once_one_counts(at_once, asked):
    outcomes = at_once(
        lambda: references.answer(Reference.objects.get(), is_confirmed=True, words="", at=LATER),
        lambda: references.answer(Reference.objects.get(), is_confirmed=False, words="", at=LATER),
    )

    assert sum(isinstance(outcome, IllegalMove) for outcome in outcomes) == 1
    assert asked.history.filter(came_from="asked").count() == 1


@pytest.mark.parametrize("token", ["x", "a:b:c", "%00", "ref_000000000000"])
def test_a_forged_link_asks_nothing(client, db, token):
    assert client.get(f"/references/{token}/").status_code == 404
    assert client.post(f"/references/{token}/", {"is_confirmed": "yes"}).status_code == 404


def test_a_link_with_another_name_in_it_is_forged(asked, client):
    _name, _, signature = references.token_of(asked).partition(":")
    assert client.get(f"/references/InJlZl8i:{signature}/").status_code == 404


@pytest.mark.parametrize(
    "typed",
    [{}, {"is_confirmed": "maybe"}, {"is_confirmed": "yes", "words": "x" * 601},
     {"is_confirmed": "yes", "words": "nul\x00"}],
    ids=["empty", "neither", "too long", "nul"],
)  # fmt: skip
def test_an_answer_that_makes_no_sense_is_asked_again(asked, client, typed):
    at = f"/references/{references.token_of(asked)}/"

    assert client.post(at, typed).status_code == 422

    asked.refresh_from_db()
    assert asked.status == "asked"


def test_silence_counts_for_nobody(asked):
    assert references.expire_due(at=NOON + timedelta(days=13)) == 0
    assert references.expire_due(at=NOON + timedelta(days=14)) == 1
    checks.run_due(at=NOON + timedelta(days=14))

    assert check_of(asked).status == "unclear"


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("Dana", "dana@gmail.com"),
        ("Dana", "dana@mail.yahoo.com"),
        ("Dana", "Dana@PROTON.ME"),
        ("Dana", "Grace.Mensah@attest.example"),
        ("", "dana@globex.example"),
    ],
)
def test_an_address_that_shows_no_employer_is_refused(draft, artefact, name, address):
    piece = artefact(kind="client_reference", url="", referee_name=name, referee_email=address)
    with pytest.raises(RefereeRefused):
        evidence.add(draft, artefact=piece, by=draft.expert.user, at=NOON)

    assert draft.evidence.count() == 2


def test_a_reference_needs_somebody(draft, artefact):
    with pytest.raises(SourceMissing):
        evidence.add(
            draft,
            artefact=artefact(kind="client_reference", url=""),
            by=draft.expert.user,
            at=NOON,
        )
