"""The clauses of an offer: chosen from a library, shown as a difference, part of the contract."""

import hashlib
import json

import pytest
from django.urls import reverse

from contracts.models import Amendment, Offer
from contracts.selectors import versions
from contracts.services import amendments, differences, offers
from contracts.services.differences import TermsHaveChanged
from contracts.services.offered import TermsAreOutOfBounds
from contracts.written import CHECK_FIELDS
from jobs import clauses
from jobs.clauses import Topic
from jobs.models import Job, UseCase
from jobs.services import use_cases
from tests.conftest import NOON
from tests.contracts import agreed

# What was offered once is never edited: other words are another version, with a line of its own.
AS_OFFERED = {
    "ip.assigned.1": "f7e15896e928f659",
    "ip.licensed.1": "2556928241ebd9fc",
    "ip.published.1": "30dcf0163fa22a61",
    "confidentiality.mutual.1": "3b7cd5377addad49",
    "confidentiality.strict.1": "bba8e352ca270358",
    "confidentiality.none.1": "a73465c1d72fd9c8",
    "open_source.permissive.1": "195c6750f9165754",
    "open_source.any.1": "fcb4542e74bb12d8",
    "open_source.none.1": "28cda9e493dc72af",
    "data.no_personal.1": "34c436a9e22f3d95",
    "data.personal.1": "b378f805e063b45c",
    "data.special.1": "bc1c5b18d9c56efa",
    "ai_use.disclosed.1": "8ba2a29d0b94830e",
    "ai_use.none.1": "0fb1608c8261b196",
    "ai_use.tested.1": "1f794a1ecd8be21c",
}
USUAL = [
    "ip.assigned.1",
    "confidentiality.mutual.1",
    "open_source.permissive.1",
    "data.no_personal.1",
    "ai_use.disclosed.1",
]
LICENSED = ["ip.licensed.1", *USUAL[1:]]


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """It is noon for the pages too."""
    monkeypatch.setattr("contracts.views.offers.now", lambda: NOON)


# --- The library


def test_no_text_that_was_offered_is_edited():
    found = {
        ref: hashlib.sha256(row.text.encode()).hexdigest()[:16]
        for ref, row in clauses.library().items()
    }

    assert found == AS_OFFERED


def test_each_is_said_in_plain_words_and_each_topic_leaves_a_choice():
    for topic in Topic:
        assert len(clauses.current(topic)) >= 2
    assert all(row.title and row.plain for row in clauses.library().values())


def test_a_later_version_takes_the_place_of_the_one_before(monkeypatch):
    later = clauses.Clause(Topic.IP, "assigned", 2, "Better words.")
    both = {**clauses.library(), later.ref: later}
    monkeypatch.setattr(clauses, "library", lambda: both)

    assert clauses.current(Topic.IP)[0].ref == "ip.assigned.2"
    assert clauses.named(["ip.assigned.1"])[0].version == 1


@pytest.mark.parametrize(
    ("use_case", "sensitivity", "data", "ai_use"),
    [
        ("other", Job.Sensitivity.NONE, "no_personal", "disclosed"),
        ("other", Job.Sensitivity.PERSONAL, "personal", "disclosed"),
        ("other", Job.Sensitivity.HEALTH, "special", "tested"),
        ("other", Job.Sensitivity.FINANCE, "special", "tested"),
        ("voice-agent", Job.Sensitivity.NONE, "no_personal", "tested"),
    ],
)
def test_the_use_case_and_the_data_bring_their_clauses(use_case, sensitivity, data, ai_use):
    job = Job(use_case=UseCase(slug=use_case), sensitivity=sensitivity)

    assert clauses.usual(job) == [*USUAL[:3], f"data.{data}.1", f"ai_use.{ai_use}.1"]
    assert [row.ref for row in clauses.rider(job)] == clauses.usual(job)[3:]


def test_the_rules_name_what_there_is():
    """A use case or a clause that is renamed would quietly bring nothing."""
    riders = json.loads(clauses.RIDERS.read_text())
    slugs = {row["slug"] for row in json.loads(use_cases.CATALOGUE.read_text())["use_cases"]}

    assert set(riders["sensitivities"]) == set(Job.Sensitivity.values)
    assert set(riders["use_cases"]) <= slugs
    for brought in (*riders["sensitivities"].values(), *riders["use_cases"].values()):
        for topic, key in brought.items():
            assert key in [row.key for row in clauses.current(Topic(topic))]


# --- In an offer


def test_they_are_part_of_the_terms_and_of_their_fingerprint(offer, ada):
    contract = offers.accept(offer, by=ada, at=NOON)

    assert offer.clauses == contract.clauses == USUAL
    version = contract.terms.get()
    said = version.document["terms"]["clauses"]
    assert [row["ref"] for row in said] == USUAL
    assert said[0]["text"] == clauses.library()["ip.assigned.1"].text
    assert version.is_intact


@pytest.mark.parametrize(
    "refs",
    [[], USUAL[:4], [*USUAL[:4], "ai_use.unheard.1"], USUAL[::-1], [*USUAL, "ip.assigned.1"]],
    ids=["none", "one missing", "unknown", "another order", "two of one"],
)
def test_there_is_one_of_each_topic(proposal, acme, refs):
    for make, terms in ((offers.make, agreed.terms), (offers.make_hourly, agreed.hours)):
        with pytest.raises(TermsAreOutOfBounds):
            make(proposal, **terms(proposal, clauses=refs), by=acme, at=NOON)

    assert not Offer.objects.exists()


def test_another_clause_is_an_answer_and_a_line_of_the_difference(offer, ada, acme):
    same = agreed.terms(offer.proposal, title=offer.title)
    version = offers.counter(offer, **same | {"clauses": LICENSED}, by=ada, at=NOON)

    (line,) = versions.differences(version)
    assert (line.label, line.name) == ("Another clause", "Rights to the work")
    (part,) = line.parts
    assert part.was == "The client's, on release (ip.assigned.1)"
    assert part.now == "The expert's, licensed to the client (ip.licensed.1)"
    assert offers.accept(version, by=acme, at=NOON).clauses == LICENSED


def test_another_clause_alone_answers_an_offer_by_the_hour(proposal, acme, ada):
    offer = offers.make_hourly(proposal, **agreed.hours(proposal), by=acme, at=NOON)

    other = agreed.hours(proposal, clauses=LICENSED)
    assert offers.counter_hourly(offer, **other, by=ada, at=NOON).clauses == LICENSED


# --- The pages


def test_the_form_begins_with_what_the_job_showed_and_keeps_what_is_chosen(client, acme, proposal):
    Job.objects.update(sensitivity=Job.Sensitivity.HEALTH)
    url = reverse("contracts:make-offer", args=[proposal.public_id])
    assert (
        "Health or financial data stays inside"
        in client.get(reverse("jobs:detail", args=[proposal.job.public_id])).text.partition(
            'id="rider"'
        )[2]
    )
    client.force_login(acme)

    page = client.get(url)
    assert page.context["form"]["clause_data"].value() == "data.special.1"
    assert _chosen(page) == "ip.assigned.1"
    typed = agreed.offer_form(clause_ip="ip.licensed.1", title="")
    again = client.post(url, typed)
    assert again.status_code == 422
    assert _chosen(again) == "ip.licensed.1"
    client.post(url, typed | {"title": "Assistant"})
    assert Offer.objects.get().clauses[0] == "ip.licensed.1"


def test_a_clause_nobody_offers_is_refused_beside_its_field(client, acme, proposal):
    url = reverse("contracts:make-offer", args=[proposal.public_id])
    client.force_login(acme)

    response = client.post(url, agreed.offer_form(clause_ip="ip.stolen.1"))

    assert response.status_code == 422
    assert "clause_ip" in response.context["form"].errors
    assert not Offer.objects.exists()


def test_both_read_the_full_texts_on_the_offer_and_on_the_contract(client, offer, acme, ada):
    text = clauses.library()["ip.assigned.1"].text[:60]
    client.force_login(ada)
    assert text in client.get(reverse("contracts:offer", args=[offer.public_id])).content.decode()
    contract = offers.accept(offer, by=ada, at=NOON)
    client.force_login(acme)
    for name in ("contracts:terms", "contracts:detail"):
        page = client.get(reverse(name, args=[contract.public_id])).content.decode()
        assert "Both keep secrets, for three years" in page


def test_an_offer_older_than_the_library_is_shown_as_it_was(client, offer, ada):
    Offer.objects.update(clauses=[], sha256="")
    client.force_login(ada)

    page = client.get(reverse("contracts:offer", args=[offer.public_id])).content.decode()

    assert "Rights to the work" in page
    assert 'id="clauses"' not in page


def test_a_contract_older_than_the_library_says_that_it_names_none(client, contract, ada):
    client.force_login(ada)

    page = client.get(reverse("contracts:terms", args=[contract.public_id])).text

    assert "older than our library of clauses" in page
    assert 'id="clauses"' not in page


def _chosen(response):
    """What the page shows as chosen about the rights to the work."""
    return response.context["form"]["clause_ip"].value()


# --- Once there is a contract


@pytest.fixture
def agreed_on(offer, ada, monkeypatch):
    """Ada's contract with the usual clauses; it is noon for its pages."""
    monkeypatch.setattr("contracts.views.terms.now", lambda: NOON)
    return offers.accept(offer, by=ada, at=NOON)


def test_a_change_names_another_clause_and_both_agree(client, agreed_on, ada, acme):
    url = reverse("contracts:propose-change", args=[agreed_on.public_id])
    rows = agreed_on.milestones.all()
    typed = {"milestones-count": str(len(rows)), "checks-count": "2", "review_window_days": "14"}
    for number, row in enumerate(rows):
        values = {"of": row.public_id, "title": row.title, "amount": f"{row.amount_minor / 100}"}
        values |= {"due_on": row.due_on.isoformat()}
        typed |= {f"milestones-{number}-{name}": value for name, value in values.items()}
    for number, row in enumerate(agreed_on.agreed_checks):
        values = {"of": str(row.position)} | {name: getattr(row, name) for name in CHECK_FIELDS}
        typed |= {f"checks-{number}-{name}": value for name, value in values.items()}
    client.force_login(ada)
    assert "filled in as agreed" in client.get(url).text

    client.post(url, typed | agreed.CLAUSES | {"clause_ip": "ip.licensed.1"})

    amendment = Amendment.objects.get()
    [line] = amendment.lines.all()
    assert (line.subject, line.before, line.after) == (
        "clause",
        {"ref": "ip.assigned.1"},
        {"ref": "ip.licensed.1"},
    )
    ids = [agreed_on.public_id, amendment.public_id]
    assert "(ip.licensed.1)" in client.get(reverse("contracts:amendment", args=ids)).text
    agreed_on.refresh_from_db()
    assert agreed_on.clauses == USUAL, "nothing changes before the other side agrees"
    version = amendments.accept(amendment, by=acme, at=NOON)
    assert version.document["terms"]["clauses"][0]["ref"] == "ip.licensed.1"
    assert version.is_intact
    agreed_on.refresh_from_db()
    assert agreed_on.clauses == LICENSED


@pytest.mark.parametrize("refs", [USUAL[1:], ["ip.stolen.1", *USUAL[1:]]])
def test_a_change_names_one_clause_of_each_topic(agreed_on, ada, refs):
    lines = differences.clause_lines(agreed_on, refs)

    with pytest.raises(TermsAreOutOfBounds):
        list(lines)


def test_a_change_of_a_clause_that_has_changed_is_refused(agreed_on, acme):
    [line] = differences.clause_lines(agreed_on, LICENSED)
    agreed_on.clauses = LICENSED

    with pytest.raises(TermsHaveChanged):
        differences.apply(agreed_on, line, by=acme, at=NOON)
