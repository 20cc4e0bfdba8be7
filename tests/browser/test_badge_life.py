"""The life of a badge in a real browser: judged blind, verified, aged, renewed, lapsed, revoked.

The expert's part runs with JavaScript and without; the reviewers use the keyboard alone in the one
life and the mouse in the other. The clock is moved as time would move it: by the dates of the
models in the registry.
"""

import re
import time
from datetime import timedelta

import pytest
from django.utils.timezone import now
from playwright.sync_api import Locator, Page

from tests.browser.conftest import Person, each
from tests.browser.test_main_job import Seat, hears, tick

# The main job goes the short way through the same pages every time.
pytestmark = [pytest.mark.browser, pytest.mark.drills]

FIRST, SECOND, LEAD, ADMIN = (
    f"{name}@attest.example" for name in ("reviewer", "ines.carrasco", "tobias.ferrant", "admin")
)
# More stops than any page of the desk has.
MOST_STOPS = 200
# Models no demo badge was built on, so that the other people of the demo keep theirs.
ONE = ("Speech to text", "gpt-audio-1.5", "gpt-image-2")
OTHER = ("Speech synthesis", "gpt-5.5-pro", "gpt-5.4-pro")


class Keyboard:
    """A person who never touches the mouse, and skips what stands before the content."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.to(page.get_by_role("link", name="Skip to content"))
        page.keyboard.press("Enter")

    def to(self, target: Locator) -> None:
        """Tab until the target has the focus."""
        element = target.first.element_handle()
        for _stop in range(MOST_STOPS):
            if self.page.evaluate("element => document.activeElement === element", element):
                return
            self.page.keyboard.press("Tab")
        pytest.fail(f"the keyboard does not reach {target}")

    def press(self, name: str) -> None:
        """Press a button of the page's own part."""
        self.to(self.page.get_by_role("main").get_by_role("button", name=name, exact=True))
        self.page.keyboard.press("Enter")

    def pick(self, group: Locator, steps: int) -> None:
        """Pick an answer so many steps after the first."""
        self.to(group.locator("input[type=radio]"))
        self.page.keyboard.press("Space")
        for _step in range(steps):
            self.page.keyboard.press("ArrowDown")

    def write(self, label: str, text: str) -> None:
        """Write into a field."""
        self.to(self.page.get_by_label(label))
        self.page.keyboard.type(text)


class Mouse:
    """A person who points and clicks."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, name: str) -> None:
        """Press a button of the page's own part."""
        self.page.get_by_role("main").get_by_role("button", name=name, exact=True).click()

    def pick(self, group: Locator, steps: int) -> None:
        """Pick an answer so many steps after the first."""
        tick(group.locator("input[type=radio]").nth(steps))

    def write(self, label: str, text: str) -> None:
        """Write into a field."""
        self.page.get_by_label(label).fill(text)


Hands = type[Keyboard] | type[Mouse]


@pytest.mark.parametrize(
    ("javascript", "hands", "life"),
    [
        pytest.param(True, Keyboard, ONE, id="with JavaScript"),
        pytest.param(False, Mouse, OTHER, id="without JavaScript"),
    ],
)
def test_from_the_application_to_the_revocation(person, site, javascript, hands, life):
    skill, model, newer = life
    run = f"{int(javascript)}{int(time.time())}"
    canary = f"canary {run}"
    holder = Seat(person, javascript, run)("grace")
    staff = Seat(person, True, run)
    first, second, lead, admin = (staff(name) for name in (FIRST, SECOND, LEAD, ADMIN))
    stranger = person("", javascript=javascript)

    open_a_profile(holder, run)
    case = apply_for(holder, skill, model)
    judge(first, hands, case, points=5, lower=0, note=canary)
    knows_nothing(second, case, canary)
    judge(second, hands, case, points=4, lower=1)
    judge(lead, hands, case, points=5, lower=0)
    badge, token = holds_a_badge(holder, case)
    verify(stranger, token, "This badge is real and counts today")

    shut_down(admin, model, days_ago=10)
    says(stranger, badge, "ageing")
    again = apply_for(holder, skill, newer)
    judge(first, hands, again, points=5, lower=0)
    judge(second, hands, again, points=5, lower=0)
    renewed, new_token = holds_a_badge(holder, again)
    says(stranger, badge, "replaced by a newer one")
    verify(stranger, token, "This badge does not verify")
    verify(stranger, new_token, "This badge is real and counts today")

    shut_down(admin, newer, days_ago=100)
    says(stranger, renewed, "lapsed")
    revoke(lead, hands, renewed, "The evidence was bought.")
    says(stranger, renewed, "The evidence was bought.")
    verify(stranger, new_token, "This badge does not verify")

    for name in (model, newer):
        take_back(admin, name)
    everyone = (holder, first, second, lead, admin, stranger)
    assert [someone.complaints for someone in everyone] == [[]] * len(everyone)


def open_a_profile(holder: Person, run: str) -> None:
    holder.go("/profile/")
    holder.fill("Your name", f"Grace {run}")
    holder.fill("Headline", "Voices that are understood")
    holder.fill("Overview", "I build speech systems and measure what they mishear.")
    holder.page.get_by_label("Country").select_option("GH")
    holder.page.get_by_label("Time zone").select_option("Africa/Accra")
    holder.fill("Languages", "English")
    holder.fill(re.compile("Hourly rate"), "110")
    holder.fill("Hours a week", "20")
    holder.press("Open profile")


def apply_for(holder: Person, skill: str, model: str) -> str:
    """Apply for level 3, and return the number of the application."""
    holder.go("/profile/badges/apply/")
    skills = holder.page.get_by_label("Skill", exact=True)
    titles = skills.locator("option").all_inner_texts()
    skills.select_option(label=next(title for title in titles if title.startswith(skill)))
    tick(holder.page.get_by_label(re.compile("Led it in production")))
    holder.press("Start the application")
    holder.press(re.compile("Level and claim"))
    holder.fill("Your claim", f"I ran it for eleven months on {model} and measured every release.")
    holder.fill("Models it runs on", model)
    holder.press("Save the claim")
    for number in (1, 2):
        holder.press(re.compile("Add evidence"))
        holder.press("Evaluation report")
        holder.fill("Title", f"Report {number} on {model}")
        holder.fill("Link", f"https://grace.people.example/{model}/{number}")
        holder.fill("What it shows", f"Error rates by accent, part {number}, before and after.")
        holder.fill(re.compile("Your share"), "90")
        holder.page.locator("form button.primary").first.click()
    holder.press(re.compile("Authorship proof"))
    tick(holder.page.locator("[name$='-proof'][value='code']"))
    holder.press("Save the proofs")
    holder.press(re.compile("Confidentiality"))
    for everything in each(holder.page.locator("[value='everything']")):
        tick(everything)
    holder.press("Save the choices")
    holder.press("Submit for review")
    holder.sees(re.compile("You are number"))
    found = re.search(r"app_[0-9a-z]{12}", holder.page.url)
    assert found
    return found[0]


def judge(
    reviewer: Person, hands: Hands, case: str, *, points: int, lower: int, note: str = ""
) -> None:
    """Take a seat, score every criterion, and grant level 3 or so many levels lower."""
    reviewer.go(f"/admin/vetting/{case}/")
    hands(reviewer.page).press("Take this case")
    reviewer.page.get_by_role("button", name="Give this judgement").wait_for()
    form = hands(reviewer.page)
    for group in each(reviewer.page.locator("fieldset.score")):
        form.pick(group, points)
    form.pick(reviewer.page.locator("#id_decision_field"), lower)
    form.write("Internal note", note or "The numbers hold.")
    form.press("Give this judgement")
    reviewer.sees("Your judgement is given.")


def knows_nothing(second: Person, case: str, canary: str) -> None:
    """Look wherever the second reviewer may look: nothing of the first's judgement is there."""
    for path in ("", f"{case}/", "reviewers/", "trail.csv", "?view=all", "?view=second"):
        answer = second.page.request.get(f"{second.site.address}/admin/vetting/{path}")
        assert answer.ok, path
        assert canary not in answer.text(), path


def holds_a_badge(holder: Person, case: str) -> tuple[str, str]:
    """Follow the news to the badge; return its number and its credential."""
    hears(holder, re.compile("You hold a badge now"))
    holder.go(f"/applications/{case}/")
    holder.press("Open your badge")
    holder.page.wait_for_url(re.compile("/badges/bdg_"))
    found = re.search(r"bdg_[0-9a-z]{12}", holder.page.url)
    assert found
    token = holder.page.request.get(f"{holder.site.address}/badges/{found[0]}/credential.jwt")
    return found[0], token.text()


def verify(stranger: Person, token: str, verdict: str) -> None:
    stranger.go("/verify/")
    stranger.page.locator("[name=credential]").fill(token)
    stranger.press("Verify the badge")
    stranger.sees(verdict)


def says(stranger: Person, badge: str, words: str) -> None:
    stranger.go(f"/badges/{badge}/")
    stranger.sees(re.compile(words))


def shut_down(admin: Person, model: str, *, days_ago: int) -> None:
    """Move a model's end into the past, after having seen what would follow."""
    day = now().date() - timedelta(days=days_ago)
    correct(admin, model, stage="shutdown", ends=day.isoformat())
    admin.sees("This would follow")
    admin.press("Change the registry")
    admin.sees("Changed. The holders concerned were told.")


def take_back(admin: Person, model: str) -> None:
    correct(admin, model, stage="active", ends="")
    admin.press("Change the registry")


def correct(admin: Person, model: str, *, stage: str, ends: str) -> None:
    admin.go(f"/admin/registry/{model}/")
    admin.page.get_by_label("Stage").select_option(stage)
    admin.fill("Shut down on", ends)
    admin.fill("Why", "A test moves the clock")
    admin.press("Show what would follow")


def revoke(reviewer: Person, hands: Hands, badge: str, reason: str) -> None:
    reviewer.go(f"/admin/vetting/badges/{badge}/")
    form = hands(reviewer.page)
    form.pick(reviewer.page.get_by_role("main").locator("fieldset"), 0)
    form.write("Public reason", reason)
    form.press("Do it in public")
    reviewer.sees("Done, and public. The holder has been told.")
