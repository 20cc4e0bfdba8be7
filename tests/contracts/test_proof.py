"""A contract proves in public that it was paid and accepted, for as long as both sides agree."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from contracts import chains
from contracts.models import ProofConsent
from contracts.selectors import proofs as reads
from contracts.services import milestones, proofs
from marketplace.kit.money import Money
from tests import factories
from tests.conftest import NOON
from tests.laid import laid

SCRIPT = Path(__file__).parents[2] / "static" / "verify_ledger.py"


@laid
def released(submission, acme):
    """A contract whose first milestone, of $3,000.00, was released."""
    milestones.approve(submission, by=acme, at=NOON)
    contract = submission.milestone.contract
    contract.job.skills.create(skill=factories.skill("rag"), level=2, is_must=True)
    return contract


def page(client, contract):
    return client.get(reverse("contracts:proof", args=[contract.public_id]))


def test_the_page_is_public_once_both_sides_agree(client, released, acme, ada):
    assert page(client, released).status_code == 404
    proofs.agree(released, by=ada, at=NOON)
    assert page(client, released).status_code == 404

    proofs.agree(released, by=acme, at=NOON)

    shown = page(client, released)
    assert shown.status_code == 200
    text = shown.content.decode()
    assert released.title in text
    assert "Rag" in text
    assert "$1,000.00 to $5,000.00" in text
    assert "1 of 2" in text
    assert chains.head(released).hash in text


def test_the_page_has_no_names_and_no_exact_amounts(client, released, acme, ada):
    proofs.agree(released, by=ada, at=NOON)
    proofs.agree(released, by=acme, at=NOON)

    text = page(client, released).content.decode()

    names = (ada.name, "Okonkwo", acme.name, "Whitlock", released.organisation.name)
    for secret in (*names, released.expert.slug, "3,000.00", "2,820.00", "3,150.00"):
        assert secret not in text


@pytest.mark.parametrize("who", ["ada", "acme"])
def test_either_side_takes_its_word_back_and_the_page_is_gone(client, released, acme, ada, who):
    proofs.agree(released, by=ada, at=NOON)
    proofs.agree(released, by=acme, at=NOON)

    proofs.withdraw(released, by={"ada": ada, "acme": acme}[who], at=NOON)

    assert page(client, released).status_code == 404
    # Who agreed, and that it was taken back, stays written down.
    assert ProofConsent.objects.count() == 2
    proofs.agree(released, by={"ada": ada, "acme": acme}[who], at=NOON)
    assert page(client, released).status_code == 200


def test_agreeing_twice_is_agreeing_once(released, ada):
    assert proofs.agree(released, by=ada, at=NOON) == proofs.agree(released, by=ada, at=NOON)
    assert ProofConsent.objects.count() == 1


def test_before_a_release_there_is_nothing_to_agree_to(contract, ada):
    with pytest.raises(proofs.NothingToProve):
        proofs.agree(contract, by=ada, at=NOON)

    assert not ProofConsent.objects.exists()


def test_outsiders_and_mere_viewers_agree_to_nothing(released, mallory, member):
    for user in (mallory, member("viewer")):
        with pytest.raises(PermissionDenied):
            proofs.agree(released, by=user, at=NOON)
        with pytest.raises(PermissionDenied):
            proofs.withdraw(released, by=user, at=NOON)

    assert not ProofConsent.objects.exists()


def test_the_contract_page_leads_both_sides_through_it(client, released, acme, ada):
    own = reverse("contracts:detail", args=[released.public_id])
    client.force_login(ada)
    assert "Agree to the public page" in client.get(own).content.decode()
    client.post(reverse("contracts:agree-to-proof", args=[released.public_id]))
    assert "Nothing is public until Acme agrees" in client.get(own).content.decode()

    client.force_login(acme)
    assert "Ada Okonkwo would like to show" in client.get(own).content.decode()
    client.post(reverse("contracts:agree-to-proof", args=[released.public_id]))
    assert "the proof page</a> is public" in client.get(own).content.decode()
    client.post(reverse("contracts:withdraw-proof", args=[released.public_id]))
    assert "Agree to the public page" in client.get(own).content.decode()


@pytest.mark.parametrize(
    ("minor", "band"),
    [
        (0, "under $1,000.00"),
        (999_99, "under $1,000.00"),
        (1_000_00, "$1,000.00 to $5,000.00"),
        (99_999_99, "$50,000.00 to $100,000.00"),
        (100_000_00, "$100,000.00 or more"),
    ],
)
def test_an_amount_is_shown_as_the_band_it_falls_in(minor, band):
    assert reads.band_of(Money(minor, "usd")) == band


# --- The file, and the script that checks it without us


def checked(content, folder):
    file = folder / "ledger.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-I", SCRIPT, file], capture_output=True, text=True, check=False
    )
    return done.returncode, (done.stdout + done.stderr).splitlines()


def test_a_party_can_check_the_whole_chain_with_nothing_but_python(client, released, ada, tmp_path):
    client.force_login(ada)
    answer = client.get(reverse("contracts:ledger-file", args=[released.public_id]))
    content = answer.json()

    count = released.ledger_transactions.count()
    assert checked(content, tmp_path) == (
        0,
        [
            f"{released.public_id}: {count} postings, all as they were posted",
            chains.head(released).hash,
        ],
    )

    content["postings"][-1]["kind"] = "refund"
    code, said = checked(content, tmp_path)
    assert code == 1
    name = content["postings"][-1]["key"]
    assert said == [f"{released.public_id}: posting {count} ({name}) is not as it was posted"]
