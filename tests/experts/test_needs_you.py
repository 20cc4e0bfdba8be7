"""What waits for a person on their home page."""

from datetime import timedelta

from experts import selectors
from experts.services import reviews
from tests.conftest import NOON


def texts(user, at=NOON) -> list[str]:
    return [todo.text for todo in selectors.needs_you(user, at)]


def test_an_unfinished_application(draft):
    [todo] = selectors.needs_you(draft.expert.user, NOON)

    assert todo.text == "Finish your application: Evals, level 2"
    assert todo.url == f"/applications/{draft.public_id}/"
    assert todo.deadline is None


def test_nothing_while_we_read_it(submitted):
    assert texts(submitted.expert.user) == []


def test_changes_that_were_asked(case, rhea, judged):
    reviews.ask_for_changes(case, judgement=judged(case), by=rhea, at=NOON)

    assert texts(case.expert.user) == ["Answer the reviewer: Evals, level 2"]


def test_the_queue_for_a_reviewer(submitted, rhea):
    [todo] = selectors.needs_you(rhea, NOON)

    assert todo.text == "1 application waits for a reviewer"
    assert (todo.url, todo.deadline) == ("/admin/vetting/", submitted.due_at)


def test_a_late_queue_says_so(submitted, rhea):
    [todo] = selectors.needs_you(rhea, submitted.due_at + timedelta(minutes=1))

    assert todo.consequence == "The first is past the day we promised."


def test_the_case_a_reviewer_holds(case, rhea, ines):
    assert texts(rhea) == ["Decide: Grace Mensah, Evals level 2"]
    assert texts(ines) == []


def test_nothing_for_others(submitted, acme, mallory):
    assert texts(acme) == texts(mallory) == []
