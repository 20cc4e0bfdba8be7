"""The pages of a contract say the same to both sides, and to each whose move it is."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from accounts.models import Membership
from contracts.models import Contract
from contracts.selectors import contracts, todos
from contracts.services import milestones
from tests.conftest import NOON
from tests.contracts import agreed

LATER = NOON + timedelta(days=1)


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """It is a day later for the pages."""
    for page in ("contracts", "milestones", "earnings", "offers"):
        monkeypatch.setattr(f"contracts.views.{page}.now", lambda: LATER)


@pytest.fixture
def read(client):
    """Read a page as somebody."""

    def read(user, name, *args) -> str:
        client.force_login(user)
        response = client.get(reverse(f"contracts:{name}", args=args))
        assert response.status_code == 200
        return " ".join(response.content.decode().split())

    return read


def move_of(user, contract):
    """Whose move it is, as this person reads it: their own, somebody's, or nobody's."""
    contract = contracts.whole(Contract.objects.filter(pk=contract.pk)).get()
    role = user.memberships.filter(organisation=contract.organisation).first()
    turn = contracts.turn(contract, user, role, at=LATER)
    if turn is None:
        return None
    return ("yours", turn.step.text) if turn.is_yours else ("theirs", turn.step.waiting)


# --- Whose move it is


def test_at_the_start_the_client_funds(contract, acme, ada):
    assert move_of(acme, contract) == ("yours", "fund milestone 1, $3,000.00")
    assert move_of(ada, contract) == ("theirs", "Acme to fund milestone 1")


def test_a_payment_that_is_not_finished_is_the_clients_move(open_payment, contract, acme, ada):
    assert move_of(acme, contract) == ("yours", "finish the payment of milestone 1, $3,000.00")
    assert move_of(ada, contract) == ("theirs", "Acme to finish the payment of milestone 1")


def test_a_payment_the_bank_works_on_is_nobodys_move(open_payment, contract, acme, ada):
    open_payment.move("process", by=None, at=NOON)

    for reader in (acme, ada):
        assert move_of(reader, contract) == (
            "theirs",
            "the bank to confirm the payment of milestone 1",
        )


def test_once_funded_the_expert_hands_in(funded, contract, acme, ada):
    assert move_of(ada, contract) == ("yours", "hand in milestone 1")
    assert move_of(acme, contract) == ("theirs", "Ada Okonkwo to hand in milestone 1")


def test_once_handed_in_the_client_reviews(submission, contract, acme, ada):
    assert move_of(acme, contract) == ("yours", "review milestone 1")
    assert move_of(ada, contract) == ("theirs", "Acme to review milestone 1")


def test_changes_are_the_experts_move(submission, contract, acme, ada):
    milestones.ask_for_changes(submission, note="More", failing=[], by=acme, at=NOON)

    what = "make the changes to milestone 1 and hand it in again"
    assert move_of(ada, contract) == ("yours", what)


def test_after_a_release_the_next_milestone_is_funded(submission, contract, acme):
    milestones.approve(submission, by=acme, at=NOON)

    assert move_of(acme, contract) == ("yours", "fund milestone 2, $1,000.01")


def test_a_member_who_cannot_pay_waits_for_one_who_can(contract, member):
    for role in (Membership.Role.HIRING, Membership.Role.VIEWER):
        assert move_of(member(role), contract)[0] == "theirs"


def test_the_deadline_of_work_is_the_end_of_the_day_where_the_expert_lives(funded, contract, ada):
    ada.time_zone = "Africa/Lagos"
    ada.save()

    [todo] = [row for row in todos.todos(ada, LATER).needs_you if "Hand in" in row.text]

    assert todo.deadline.isoformat() == "2030-03-01T23:59:00+01:00"


# --- The page


def test_both_sides_read_the_same_money(read, submission, contract, acme, ada):
    for reader in (acme, ada):
        page = read(reader, "detail", contract.public_id)
        assert "$3,000.00 held, $1,000.01 not funded yet, of $4,000.01" in page
        assert "Funded: Retrieval with sources" in page
        assert "They add up to what is held." in page


def test_the_strip_says_what_by_when_and_what_otherwise(read, submission, contract, acme, ada):
    page = read(acme, "detail", contract.public_id)

    assert "Your move: review milestone 1 by" in page
    assert "Tue 15 Jan 2030, 12:00 UTC" in page
    assert "If you do nothing, $3,000.00 are released to Ada Okonkwo then." in page
    assert "Your move" not in read(ada, "detail", contract.public_id)


def test_only_those_who_may_see_the_buttons(read, submission, contract, acme, ada, member):
    assert "Approve and release $3,000.00" in read(acme, "detail", contract.public_id)
    for reader in (ada, member(Membership.Role.VIEWER)):
        page = read(reader, "detail", contract.public_id)
        assert "Approve and release" not in page
        assert "Ask for changes<" not in page
    hiring = read(member(Membership.Role.HIRING), "detail", contract.public_id)
    assert "Approve and release" not in hiring
    assert "An owner or a finance member releases the money." in hiring


def test_targets_stand_beside_what_was_measured(read, submission, contract, acme):
    page = read(acme, "detail", contract.public_id)

    assert "≥ 0.95" in page
    assert "<b>0.968</b>" in page
    assert "<b>2.1 s</b>" in page
    assert page.count(">Met<") == 2


def test_earlier_rounds_stay_readable(read, submission, contract, acme):
    milestones.ask_for_changes(submission, note="Cite the page.", failing=[], by=acme, at=NOON)
    submission.milestone.refresh_from_db()
    agreed.handed_in(submission.milestone, note="Now with page numbers.")

    page = read(acme, "detail", contract.public_id)

    assert "Now with page numbers." in page
    assert "1 earlier round" in page
    assert "Cite the page." in page


def test_what_people_type_is_never_markup(read, funded, contract, acme):
    agreed.handed_in(funded, note="<script>alert(1)</script>")

    assert "<script>alert" not in read(acme, "detail", contract.public_id)


def test_outsiders_find_nothing(client, submission, contract, mallory):
    client.force_login(mallory)
    milestone = submission.milestone.public_id
    for name, *args in (
        ("detail", contract.public_id),
        ("funding", contract.public_id, milestone),
        ("submit", contract.public_id, milestone),
        ("approve", contract.public_id, submission.public_id),
    ):
        assert client.get(reverse(f"contracts:{name}", args=args)).status_code == 404
    assert contract.title not in client.get(reverse("contracts:index")).content.decode()


def test_nobody_in_particular_sees_no_contract(contract):
    assert not Contract.objects.visible_to(AnonymousUser()).exists()


def test_visitors_are_asked_to_sign_in(client, contract):
    page = client.get(reverse("contracts:detail", args=[contract.public_id]))

    assert page.status_code == 302
    assert page.url.startswith("/accounts/login/")


# --- After Stripe's page


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (None, "This milestone is not funded."),
        ("open", "Payment under way."),
        ("processing", "The bank is working on $3,150.00."),
        ("failed", "The bank refused the payment."),
        ("expired", "The payment page has closed."),
        ("held", "$3,000.00 held."),
    ],
)
def test_the_return_page_shows_how_the_payment_stands(
    read, request, contract, milestone, acme, status, words
):
    if status == "held":
        request.getfixturevalue("held")
    elif status:
        payment = request.getfixturevalue("open_payment")
        verb = {"processing": "process", "failed": "fail", "expired": "expire"}.get(status)
        if verb:
            payment.move(verb, by=None, at=NOON)
        if status in {"failed", "expired"}:
            milestone.refresh_from_db()
            milestone.move("stop_funding", by=None, at=NOON)

    assert words in read(acme, "funding", contract.public_id, milestone.public_id)


def test_the_return_page_decides_nothing(client, stripe, open_payment, contract, milestone, acme):
    stripe.pay(open_payment.session_id)
    client.force_login(acme)

    client.get(reverse("contracts:funding", args=[contract.public_id, milestone.public_id]))

    milestone.refresh_from_db()
    assert milestone.status == "funding"


def test_htmx_is_given_the_part_that_changes(client, contract, milestone, acme):
    client.force_login(acme)
    url = reverse("contracts:funding", args=[contract.public_id, milestone.public_id])

    part = client.get(url, headers={"HX-Request": "true"}).content.decode()

    assert part.strip().startswith('<div class="stack g-5" id="funding"')


def test_paying_leads_to_stripe_with_a_get(
    client, stripe, contract, milestone, acme, ada, monkeypatch
):
    monkeypatch.setattr("contracts.views.milestones.now", lambda: NOON)  # as Stripe's clock
    url = reverse("contracts:fund", args=[contract.public_id, milestone.public_id])
    client.force_login(acme)

    response = client.post(url)

    assert response.status_code == 303
    assert response.url == milestone.payments.get().session_url
    assert client.get(url).status_code == 405
    client.force_login(ada)
    assert client.post(url).status_code == 403


def test_when_stripe_does_not_answer_nothing_is_charged(
    client, stripe, settings, contract, milestone, acme
):
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    client.force_login(acme)

    response = client.post(
        reverse("contracts:fund", args=[contract.public_id, milestone.public_id])
    )

    assert (response.status_code, response["Retry-After"]) == (503, "60")
    assert "Nothing was charged" in response.content.decode()


# --- To-do lists


def test_the_home_page_lists_what_each_side_has_to_do(submission, acme, ada, offer):
    assert {row.text for row in todos.todos(acme, LATER).needs_you} == {
        f"Review milestone 1: {submission.milestone.contract.title}"
    }
    assert {row.text for row in todos.todos(ada, LATER).needs_you} == {
        "Answer the offer of $7,200.00 from Acme",
        "Set up payouts",
    }


def test_what_others_owe_is_listed_apart(submission, acme, ada, offer):
    assert {row.text for row in todos.todos(acme, LATER).waiting_on_others} == {
        "Waiting for Ada Okonkwo to answer your offer of $7,200.00"
    }
    assert {row.text for row in todos.todos(ada, LATER).waiting_on_others} == {
        "Waiting for Acme to review milestone 1"
    }


def test_a_viewer_has_nothing_to_do(submission, offer, member):
    assert todos.todos(member(Membership.Role.VIEWER), LATER).needs_you == []
