"""The pages of a dispute, without JavaScript: three steps to open it; each says what follows."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.models import Membership
from contracts.models import Dispute, Exhibit, Milestone
from contracts.selectors import disputes as reads
from contracts.selectors import public_decisions, todos
from contracts.services import decisions, disputes
from experts.models import Upload
from tests.conftest import NOON
from tests.contracts.disputed import (
    APPEAL_DUE,
    DAY,
    SETTLE_DUE,
    decided,
    named,
    opened,
    report,
    told,
    usd,
)

LATER = NOON + timedelta(hours=6)


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """It is evening for the pages."""
    for page in ("contracts", "disputes", "dispute_desk"):
        monkeypatch.setattr(f"contracts.views.{page}.now", lambda: LATER)


@pytest.fixture
def browse(client):
    """Open and send pages as somebody; return (status, words, where it leads)."""

    def browse(user, address, data=None):
        client.force_login(user)
        answer = client.get(address) if data is None else client.post(address, data)
        words = " ".join(answer.content.decode().split())
        return answer.status_code, words, answer.headers.get("Location", "")

    return browse


def at(dispute, page=""):
    return f"/disputes/{dispute.public_id}/{page}"


def opening(milestone):
    return reverse(
        "contracts:open-dispute", args=[milestone.contract.public_id, milestone.public_id]
    )


FIRST = {"step": "1", "text": "It misses the scanned tables.", "remark_1": "0.91 on our set"}
SECOND = FIRST | {"step": "2", "wish": "split", "to_expert": "1,000", "to_client": "2,000.00"}
THIRD = SECOND | {"step": "3", "links": "https://a.example/\nhttps://b.example/"}


# --- Opening


def test_a_contract_offers_a_dispute_where_money_is_held(browse, submission, contract, acme, ada):
    for user in (acme, ada):
        _, words, _ = browse(user, f"/contracts/{contract.public_id}/")
        assert words.count(opening(submission.milestone)) == 1
        assert "It freezes $3,000.00 and nothing else." in words


def test_the_first_step_shows_the_dated_path(browse, submission, acme):
    status, words, _ = browse(acme, opening(submission.milestone))

    assert status == 200
    for said in (
        "It freezes $3,000.00, the money of this milestone, and nothing else.",
        "The other side answers",
        "Fri 4 Jan 2030, 18:00 UTC",
        "Tue 8 Jan 2030, 18:00 UTC",
        "Tue 15 Jan 2030, 18:00 UTC",
        "Sun 20 Jan 2030, 18:00 UTC",
        "Without an answer, what was asked for is granted.",
        "Faithfulness (≥ 0.95)",
    ):
        assert said in words


def test_three_steps_open_it(browse, submission, acme):
    page = opening(submission.milestone)
    _, words, _ = browse(acme, page, FIRST)
    assert "All $3,000.00 back to the client" in words
    assert 'name="text" value="It misses the scanned tables."' in words
    _, words, _ = browse(acme, page, SECOND)
    assert 'type="file"' in words
    assert "Open the dispute, freeze $3,000.00" in words
    assert not Dispute.objects.exists()

    status, _, leads_to = browse(acme, page, THIRD | {"attached": [report(), report(name="2.csv")]})

    dispute = Dispute.objects.get()
    statement = dispute.statements.get()
    assert (status, leads_to) == (302, at(dispute))
    assert (dispute.claim, statement.text) == (usd(1_000_00), "It misses the scanned tables.")
    assert statement.remarks.get().text == "0.91 on our set"
    assert [row.url or row.upload.name for row in statement.exhibits.all()] == [
        "https://a.example/",
        "https://b.example/",
        "report.csv",
        "2.csv",
    ]


def test_one_goes_back_without_losing_a_word(browse, submission, acme):
    typed = SECOND | {"back": "1", "text": "Other words"}

    status, words, _ = browse(acme, opening(submission.milestone), typed)

    assert status == 200
    assert "Other words</textarea>" in words
    assert 'name="to_expert" value="1,000"' in words
    assert 'name="step" value="1"' in words


@pytest.mark.parametrize(
    ("data", "step", "said"),
    [
        ({"step": "1", "text": ""}, 1, "Enter an answer"),
        (FIRST | {"step": "2"}, 2, "Choose an answer"),
        (FIRST | {"step": "2", "wish": "split"}, 2, "Enter an amount"),
        (
            SECOND | {"to_client": "1,999.99"},
            2,
            "Together they are $2,999.99 and have to be $3,000.00.",
        ),
        (SECOND | {"to_expert": "a lot"}, 2, "Enter an amount in numbers"),
        (THIRD | {"text": ""}, 1, "Enter an answer"),
        (THIRD | {"links": "ftp://a.example/"}, 3, "is not a web address"),
        (THIRD | {"links": "https://a.example/\n" * 21}, 3, "Leave out the weaker ones"),
        ({"step": "99"}, 1, "Enter an answer"),
        ({}, 1, "Enter an answer"),
    ],
)
def test_what_is_wrong_is_said_at_its_step(browse, submission, acme, data, step, said):
    status, words, _ = browse(acme, opening(submission.milestone), data)

    assert status == 422
    assert said in words
    assert f'name="step" value="{step}"' in words
    assert not Dispute.objects.exists()


def test_a_file_we_do_not_take_is_named(browse, submission, acme):
    data = THIRD | {"attached": [report(), report(b"MZ\x90\x00", "tool.exe")]}

    status, words, _ = browse(acme, opening(submission.milestone), data)

    assert status == 422
    assert "tool.exe: " in words
    assert not Upload.objects.exists()


def test_one_part_of_a_split_is_enough(browse, submission, acme):
    browse(acme, opening(submission.milestone), THIRD | {"to_expert": ""})

    assert Dispute.objects.get().claim == usd(1_000_00)


def test_sending_it_twice_opens_one(browse, submission, acme):
    page = opening(submission.milestone)
    browse(acme, page, THIRD)

    status, words, _ = browse(acme, page, THIRD)

    assert status == 422
    assert "There is nothing to dispute now." in words
    assert Dispute.objects.count() == 1


# --- Reading


def test_both_sides_read_the_same_and_who_moves(browse, dispute, acme, ada):
    _, of_acme, _ = browse(acme, at(dispute))
    _, of_ada, _ = browse(ada, at(dispute))

    for words in (of_acme, of_ada):
        for said in ("$3,000.00", "It misses the scanned tables.", "Has not answered yet", "0.968"):
            assert said in words
        assert dispute.statements.get().digest in words
    assert "Your move: answer the dispute on milestone 1 by" in of_ada
    assert "Without an answer $0.00 go to Ada Okonkwo and $3,000.00 back to Acme then." in of_ada
    assert "Waiting for Ada Okonkwo to answer the dispute on milestone 1, by" in of_acme
    assert at(dispute, "withdraw/") in of_acme
    assert at(dispute, "withdraw/") not in of_ada


def test_the_contract_says_that_it_is_frozen(browse, dispute, contract, acme):
    _, words, _ = browse(acme, f"/contracts/{contract.public_id}/")

    assert "$3,000.00 are frozen. Only this milestone." in words
    assert "In dispute. The review clock stands still, and its money is frozen." in words


def test_it_stands_on_the_to_do_list_of_whoever_has_to_act(answered, acme, ada):
    named(answered, 1, by=acme)

    assert [row.text for row in todos.todos(ada, LATER).needs_you][:1] == [
        "Name the amount you would accept for milestone 1: " + answered.milestone.contract.title
    ]
    assert not any("amount" in row.text for row in todos.todos(acme, LATER).needs_you)


def test_a_member_who_may_not_pay_does_not_name_amounts(browse, answered, member):
    _, words, _ = browse(member(Membership.Role.HIRING), at(answered))

    assert at(answered, "settle/") not in words
    assert at(answered, "add/") in words


# --- Answering, settling, agreeing


def test_answering_takes_the_same_three_steps(browse, dispute, ada):
    _, words, _ = browse(ada, at(dispute, "answer/"))
    assert "what they ask for is granted: $0.00 to Ada Okonkwo" in words

    status, _, leads_to = browse(
        ada, at(dispute, "answer/"), {"step": "3", "text": "No.", "wish": "release", "links": ""}
    )

    assert (status, leads_to) == (302, at(dispute, "settle/"))
    assert Dispute.objects.get().answer == usd(3_000_00)


def test_the_settlement_page_says_what_happens_if_nobody_acts(browse, answered, ada, acme):
    _, words, _ = browse(ada, at(answered, "settle/"))
    for said in (
        "Sat 5 Jan 2030, 12:00 UTC</time>. If the two amounts do not meet by then",
        "our staff decide about the $3,000.00",
        "The least you would accept, USD",
        "The other side has not named one yet.",
    ):
        assert said in words

    status, _, leads_to = browse(ada, at(answered, "settle/"), {"amount": "2,000"})
    assert (status, leads_to) == (302, at(answered))
    _, words, _ = browse(acme, at(answered, "settle/"))
    assert "The other side has named one." in words
    browse(acme, at(answered, "settle/"), {"amount": "2,500"})

    assert Dispute.objects.get().award == usd(2_250_00)
    _, words, _ = browse(acme, at(answered))
    assert "Settled by the amounts both would accept" in words


@pytest.mark.parametrize("amount", ["", "-1", "3,000.01", "ten", "1.005"])
def test_an_amount_nobody_can_read_is_refused_beside_the_field(browse, answered, ada, amount):
    status, words, _ = browse(ada, at(answered, "settle/"), {"amount": amount})

    assert status == 422
    assert "Enter an amount" in words


def test_agreeing_names_both_amounts_and_asks_once_more(browse, answered, acme):
    _, words, _ = browse(acme, at(answered, "agree/"))
    assert "Agree: $3,000.00 to the expert, $0.00 back" in words

    assert browse(acme, at(answered, "agree/"), {})[0] == 422
    assert browse(acme, at(answered, "agree/"), {"is_sure": "on"})[0] == 302
    assert Dispute.objects.get().outcome == "conceded"


def test_adding_and_withdrawing(browse, answered, acme, contract):
    added = {"text": "One more.", "links": "", "attached": report()}
    assert browse(acme, at(answered, "add/"), added)[2] == at(answered)

    _, words, _ = browse(acme, at(answered, "withdraw/"))
    assert "Withdraw, keep $3,000.00 held" in words
    assert browse(acme, at(answered, "withdraw/"), {})[2] == f"/contracts/{contract.public_id}/"
    assert Milestone.objects.get(pk=answered.milestone_id).status == "submitted"
    assert browse(acme, at(answered, "add/"), added)[0] == 422


# --- The decision, the appeal


def test_both_read_the_decision_and_until_when_they_can_appeal(browse, with_staff, ada, dan):
    decided(with_staff, 1_000_00, by=dan)

    _, words, _ = browse(ada, at(with_staff))
    for said in (
        "Dan Decider",
        "Two of three checks are met.",
        "$1,000.00",
        "$2,000.00",
        "Thu 10 Jan 2030, 12:00 UTC</time> unless one side appeals before",
    ):
        assert said in words
    _, words, _ = browse(ada, at(with_staff, "appeal/"))
    assert "Appeal, keep $3,000.00 frozen" in words

    data = {"text": "Check 2 was met.", "links": ""}
    assert browse(ada, at(with_staff, "appeal/"), data)[2] == at(with_staff)
    assert Dispute.objects.get().status == "appealed"


# --- Files


def test_a_file_is_read_by_both_sides_and_whoever_decides(
    client, dispute, acme, ada, mallory, rhea, dan, eve
):
    disputes.add(dispute, told=told(files=[report()]), by=acme, at=NOON)
    page = reverse("contracts:exhibit", args=[Exhibit.objects.get().public_id])

    def status(user):
        client.force_login(user)
        return client.get(page).status_code

    between_the_sides = {acme: 200, ada: 200, mallory: 404, rhea: 404, dan: 404}
    assert {user: status(user) for user in between_the_sides} == between_the_sides
    Dispute.objects.filter(pk=dispute.pk).update(answer_minor=1, due_at=NOON)
    dispute = Dispute.objects.get()
    dispute.move("answer", by=ada, at=NOON)
    disputes.send_to_staff(dispute, at=NOON)
    Membership.objects.create(
        organisation=dispute.milestone.contract.organisation,
        user=eve,
        role="viewer",
        created_at=NOON,
    )
    assert {user: status(user) for user in (dan, rhea)} == {dan: 200, rhea: 404}
    # Eve is kept from the desk, but a member of the client reads what the client handed in.
    assert status(eve) == 200


def test_a_file_is_saved_and_never_opened_in_our_name(client, dispute, acme):
    disputes.add(dispute, told=told(files=[report()]), by=acme, at=NOON)
    client.force_login(acme)

    answer = client.get(reverse("contracts:exhibit", args=[Exhibit.objects.get().public_id]))

    assert b"".join(answer) == b"case,verdict\n1,refused\n"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="report.csv"'
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_what_the_scanner_refuses_nobody_reads(client, dispute, acme):
    disputes.add(dispute, told=told(files=[report()]), by=acme, at=NOON)
    exhibit = Exhibit.objects.get()
    type(exhibit.upload)._base_manager.update(status="refused")
    client.force_login(acme)

    assert client.get(reverse("contracts:exhibit", args=[exhibit.public_id])).status_code == 404
    page = client.get(at(dispute)).content.decode()
    assert "refused by the scanner and deleted" in page
    assert exhibit.sha256 in page


# --- The path


def test_the_path_keeps_what_was_and_dates_what_comes(answered):
    was, settle, decide, appeal = reads.path(answered)[1:]

    assert (str(was.text), was.at, was.state) == ("The other side answers", NOON, "done")
    assert (settle.at, settle.state) == (SETTLE_DUE, "now")
    assert (decide.at, decide.state) == (SETTLE_DUE + 7 * DAY, "")
    assert (appeal.at, appeal.state) == (SETTLE_DUE + 12 * DAY, "")


def test_a_path_that_ended_early_says_how(answered, acme):
    disputes.withdraw(answered, by=acme, at=NOON + DAY)

    last = reads.path(Dispute.objects.get())[-1]
    assert (str(last.text), last.at, last.state) == ("Withdrawn", NOON + DAY, "done")


# --- What is public


@pytest.mark.parametrize(
    ("award", "share"),
    [
        (0, "Nothing to the expert"),
        (1, "Up to a quarter to the expert"),
        (750_00, "Up to a quarter to the expert"),
        (750_01, "Up to half to the expert"),
        (2_250_00, "Up to three quarters to the expert"),
        (2_999_99, "Most to the expert"),
        (3_000_00, "Everything to the expert"),
    ],
)
def test_a_final_decision_is_published_without_names_and_amounts(
    client, with_staff, dan, award, share
):
    decided(with_staff, award, by=dan)
    assert public_decisions.published() == []
    decisions.finish(with_staff, at=APPEAL_DUE)

    page = " ".join(client.get("/disputes/decisions/").content.decode().split())

    for said in (share, "January 2030", "$1k to $5k", "met: 3, not met: 0", "agreed scope"):
        assert said in page
    contract = with_staff.milestone.contract
    for private in ("Ada", "Acme", contract.title, "3,000", "Dan", "Two of three", "dsp_", "dec_"):
        assert private not in page


def test_only_the_last_word_of_an_appealed_one_is_published(client, with_staff, dan, eve, ada):
    dispute = decided(with_staff, 0, by=dan).dispute
    dispute = decisions.appeal(dispute, told=told(), by=ada, at=SETTLE_DUE)
    decided(dispute, 3_000_00, by=eve)

    (row,) = public_decisions.published()
    assert (row.is_on_appeal, str(row.share)) == (True, "Everything to the expert")


def test_what_the_sides_settle_is_theirs_alone(answered, acme, ada):
    named(answered, 5, by=acme)
    named(answered, 5, by=ada)

    assert public_decisions.published() == []


def test_an_ended_dispute_is_found_from_its_milestone(browse, funded, acme, contract, ada):
    dispute = disputes.concede(opened(funded, by=acme), by=ada, at=NOON)

    _, words, _ = browse(acme, f"/contracts/{contract.public_id}/")
    assert at(dispute) in words
