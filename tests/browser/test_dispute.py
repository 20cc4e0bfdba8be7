"""A whole dispute, lived by both sides and two deciders in a real browser."""

import re

import pytest

from tests.browser.conftest import Person, Site, each
from tests.browser.test_main_job import hears, sign_in, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.drills]

# Work nobody is waiting for, so that no clock of the demo runs over it meanwhile.
FIND = """
    SELECT c.public_id, m.position, client.email, expert.email FROM contracts_milestone m
      JOIN contracts_contract c ON c.id = m.contract_id
      JOIN accounts_membership s ON s.organisation_id = c.organisation_id AND s.role = 'owner'
      JOIN accounts_user client ON client.id = s.user_id
      JOIN experts_expert e ON e.id = c.expert_id JOIN accounts_user expert ON expert.id = e.user_id
     WHERE m.kind = 'work' AND m.status IN ('funded', 'changes_asked') ORDER BY m.id LIMIT 1
"""
SWEEP = "from contracts import tasks; tasks.sweep_disputes()"


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_from_opening_it_to_the_appeal(person, site, javascript):
    [(contract, number, client, expert)] = site.sql(FIND)

    def seat(email: str) -> Person:
        someone = person(email, javascript=javascript)
        sign_in(someone, "attest-demo")
        return someone

    acme, ada, maren = seat(client), seat(expert), seat("disputes@attest.example")
    noor = seat("admin@attest.example")

    dispute = open_it(acme, contract, number)
    hears(ada, re.compile("Answer the dispute"))
    answer(ada, dispute)
    name(acme, dispute, "100")
    ada.go(f"/disputes/{dispute}/")
    ada.sees(re.compile("Only you see it"))
    pass_the_time(site, dispute, "deciding")
    decide(maren, dispute, "100")
    appeal(ada, dispute)
    decide(noor, dispute, "300")

    assert status_of(site, dispute) == "final"
    ada.go(f"/disputes/{dispute}/")
    ada.sees("Decided on appeal, final")
    acme.go("/disputes/decisions/")
    acme.sees("On appeal")
    assert [who.complaints for who in (acme, ada, maren, noor)] == [[], [], [], []]
    assert site.manage("invariants").strip().endswith("invariants: 0 violated")


def open_it(acme: Person, contract: str, number: int) -> str:
    acme.go(f"/contracts/{contract}/")
    acme.page.locator(f"#milestone-{number}").get_by_role("link", name="Open a dispute").click()
    acme.fill("What happened", "It passes on its own examples and misses one in five of ours.")
    acme.press("Continue")
    acme.page.get_by_label("A part to each").check()
    acme.fill("To the expert, USD", "50")
    acme.press("Continue")
    acme.fill("Links", "https://acme.people.example/held-out")
    acme.page.get_by_label("Files").set_input_files(
        {"name": "run.csv", "mimeType": "text/csv", "buffer": b"case,verdict\n1,missed\n"}
    )
    acme.press(re.compile("Open the dispute, freeze"))
    acme.sees("run.csv")
    return acme.page.url.rstrip("/").rpartition("/")[2]


def answer(ada: Person, dispute: str) -> None:
    ada.go(f"/disputes/{dispute}/")
    ada.press("Answer")
    ada.fill("What happened", "It was measured on the agreed set.")
    ada.press("Continue")
    ada.page.get_by_label(re.compile("^All .* to the expert")).check()
    ada.press("Continue")
    ada.press("Send the answer")
    ada.fill(re.compile("The least you would accept"), "200")
    ada.press("Name this amount")
    ada.sees(re.compile("Kept to yourself"))


def name(acme: Person, dispute: str, amount: str) -> None:
    acme.go(f"/disputes/{dispute}/settle/")
    acme.sees(re.compile("The other side has named one"))
    acme.fill(re.compile("The most you would pay"), amount)
    acme.press("Name this amount")
    acme.sees(re.compile("have not met yet"))


def pass_the_time(site: Site, dispute: str, status: str) -> None:
    site.sql(
        "UPDATE contracts_dispute SET due_at = now() WHERE public_id = %s RETURNING 1", dispute
    )
    site.manage("shell", "-c", SWEEP)
    wait_for(lambda: status_of(site, dispute) == status, f"{dispute} to be {status}")


def decide(staff: Person, dispute: str, amount: str) -> None:
    staff.go("/admin/disputes/")
    staff.page.get_by_role("button", name=f"Take {dispute}").click()
    for verdict in each(staff.page.get_by_role("group", name="Verdict")):
        verdict.get_by_label("Cannot be told").check()
    for reason in each(staff.page.get_by_label("Reason", exact=True)):
        reason.fill("Nobody kept the run.")
    staff.fill("Reason for the whole", "Both readings of the contract are honest.")
    staff.fill("To the expert, USD", amount)
    staff.fill("For the public list", "Both readings of the contract were honest.")
    staff.press(re.compile("^Decide how"))
    staff.sees(re.compile("^Decided[.]"))


def appeal(ada: Person, dispute: str) -> None:
    hears(ada, re.compile("^Decided:"))
    ada.go(f"/disputes/{dispute}/appeal/")
    ada.fill("In your words", "The first decision overlooks the agreed set.")
    ada.press(re.compile("^Appeal, keep"))
    ada.sees("The first decision overlooks the agreed set.")


def status_of(site: Site, dispute: str) -> str:
    [(status,)] = site.sql("SELECT status FROM contracts_dispute WHERE public_id = %s", dispute)
    return str(status)
