"""Search with a script and without: the answer is swapped in, said aloud, and has an address."""

import pytest
from playwright.sync_api import expect

from tests import factories
from tests.axe import faults

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# A field of that name which is left empty.
EMPTY = "form => form.insertAdjacentHTML('beforeend', '<input type=hidden name=skills>')"


@pytest.fixture
def board(db):
    """Two jobs, one of which asks for RAG."""
    client = factories.organisation(factories.user("Dana Whitlock"), "Acme")
    job = factories.job(client, title="Cite the manuals")
    job.skills.create(skill=factories.skill("rag"), is_must=True, level=1)
    factories.job(client, title="Sort the letters")
    job.skills.create(skill=factories.skill("evals"), is_must=True, level=1)


def test_a_choice_is_answered_at_once_and_said(page, board):
    page.goto("/jobs/")

    page.get_by_label("Rag").check()

    expect(page.get_by_role("heading", level=1)).to_have_text("1 open job for Rag")
    expect(page.locator("#said")).to_have_text("1 open job for Rag")
    assert page.url.endswith("/jobs/?sort=newest&skills=rag"), "what is empty is left out"
    assert faults(page) == []
    page.locator("#filters").evaluate(EMPTY)
    page.get_by_label("Evals").check()
    expect(page.get_by_role("heading", level=1)).to_have_text("1 open job for Rag or Evals")
    assert page.url.endswith("&skills=rag&skills=evals"), "of one name too"
    page.get_by_label("Evals").uncheck()
    expect(page.get_by_role("heading", level=1)).to_have_text("1 open job for Rag")
    page.locator("a.tag").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("2 open jobs")


def test_without_a_script_the_button_answers(chromium, live_server, board):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_server.url}/jobs/")
    page.get_by_label("Rag").check()
    page.get_by_role("button", name="Show 2 jobs").click()

    assert page.get_by_role("heading", level=1).text_content() == "1 open job for Rag"
    context.close()
