"""The vetting desk by keyboard alone, in a real browser: shortcuts, and doing without them."""

import time

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Person, each
from tests.browser.test_badge_life import FIRST, Keyboard
from tests.browser.test_main_job import Seat

pytestmark = pytest.mark.browser


@pytest.fixture
def seat(person):
    """Sign staff in, each time at a browser of its own."""
    return Seat(person, True, f"{int(time.time())}")


FOCUS = """(() => {
  const it = document.activeElement;
  return it.name ? `${it.name} ${it.value}` : it.getAttribute("href") ?? it.tagName;
})()"""
TICKED = """[...document.querySelectorAll("#judgement input[type=radio]:checked")]
  .map((box) => [box.name, box.value])"""


def test_a_case_is_judged_by_single_keys_which_can_be_switched_off_for_good(seat):
    reviewer = seat(FIRST)

    steps_through_the_queue(reviewer)
    case = takes_the_next(reviewer)
    scores(reviewer)
    is_refused_without_a_decision(reviewer)
    decides(reviewer)
    writes(reviewer)
    elsewhere = seat(FIRST)
    switches_off(reviewer, elsewhere, case)
    switches_on(reviewer)

    Keyboard(reviewer.page).press("Hand back, undecided")
    reviewer.sees("The case is back in the queue.")
    assert [someone.complaints for someone in (reviewer, elsewhere)] == [[], []]


def steps_through_the_queue(reviewer: Person) -> None:
    reviewer.go("/admin/vetting/")
    lines = reviewer.page.locator("[data-step] th a")
    first, second = (lines.nth(number).get_attribute("href") for number in (0, 1))

    assert [after(reviewer, key) for key in "jjkk"] == [first, second, first, first]

    reviewer.page.keyboard.press("Enter")
    reviewer.page.wait_for_url(f"**{first}")


def takes_the_next(reviewer: Person) -> str:
    reviewer.go("/admin/vetting/")
    Keyboard(reviewer.page).press("Take next")
    reviewer.page.get_by_role("button", name="Give this judgement").wait_for()
    return reviewer.page.url.removeprefix(reviewer.site.address)


def scores(reviewer: Person) -> None:
    """Score the question at hand with 0 to 5, and go on to the next with J."""
    for points in "54321":
        after(reviewer, "j")
        after(reviewer, points)
    assert list(ticked(reviewer).values()) == ["5", "4", "3", "2", "1"]
    expect(reviewer.page.locator("#tally")).to_contain_text("Mean of 5 of 5 scores")
    after(reviewer, "k")
    after(reviewer, "0")
    assert list(ticked(reviewer).values()) == ["5", "4", "3", "0", "1"]


def is_refused_without_a_decision(reviewer: Person) -> None:
    """Ctrl+Enter gives the judgement; nothing is lost when that is too early."""
    reviewer.page.keyboard.press("Control+Enter")
    reviewer.sees("Fix 1 thing to continue")
    (complaint,) = reviewer.complaints
    assert "status of 422" in complaint
    reviewer.complaints.clear()
    assert list(ticked(reviewer).values()) == ["5", "4", "3", "0", "1"]


def decides(reviewer: Person) -> None:
    """A, B, C and R decide, and what each decision needs appears."""
    fields = reviewer.page.locator("#fields")
    grants = each(reviewer.page.locator("#id_decision_field input[value^='grant-']"))
    levels = [box.get_attribute("value") for box in grants]
    for key, decision, shows in (
        ("c", "ask_for_changes", "What to change"),
        ("r", "reject", "The one thing that would change it"),
        ("a", levels[0], "Note to the applicant"),
        *(("b", lower, "Note to the applicant") for lower in levels[1:]),
        ("r", "reject", "The one thing that would change it"),
    ):
        after(reviewer, key)
        assert ticked(reviewer)["decision"] == decision
        expect(fields.get_by_text(shows).first).to_be_visible()
    expect(fields.get_by_text("What to change").first).to_be_hidden()


def writes(reviewer: Person) -> None:
    """In a field of text a letter is a letter."""
    Keyboard(reviewer.page).write("Internal note", "abc r 5 jk")
    expect(reviewer.page.get_by_label("Internal note")).to_have_value("abc r 5 jk")
    assert ticked(reviewer)["decision"] == "reject"


def switches_off(reviewer: Person, elsewhere: Person, case: str) -> None:
    """Off is off for this reviewer, at any browser."""
    Keyboard(reviewer.page).press("Single-key shortcuts")
    expect(switch(reviewer)).to_have_attribute("aria-pressed", "false")
    elsewhere.go(case)
    for someone in (reviewer, elsewhere):
        before = ticked(someone)
        Keyboard(someone.page).to(someone.page.locator("fieldset.score input"))
        at = focused(someone)
        assert [after(someone, key) for key in "j5r"] == [at] * 3
        assert ticked(someone) == before


def switches_on(reviewer: Person) -> None:
    Keyboard(reviewer.page).press("Single-key shortcuts")
    expect(switch(reviewer)).to_have_attribute("aria-pressed", "true")
    after(reviewer, "r")
    assert ticked(reviewer)["decision"] == "reject"


def after(reviewer: Person, key: str) -> str:
    """Press a key and return what has the focus then."""
    reviewer.page.keyboard.press(key)
    return focused(reviewer)


def focused(reviewer: Person) -> str:
    return str(reviewer.page.evaluate(FOCUS))


def ticked(reviewer: Person) -> dict[str, str]:
    """Return the boxes that are ticked in the judgement, in the order of the page."""
    return dict(reviewer.page.evaluate(TICKED))


def switch(reviewer: Person) -> Locator:
    return reviewer.page.get_by_role("button", name="Single-key shortcuts")
