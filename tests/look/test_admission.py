"""As many are let in as can be served, a few wait, the others are told at once to come back."""

import threading
import time

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import reverse

from marketplace.admission import Admission
from marketplace.kit.evenly import HASHES, leave_on_a_step

ASK = RequestFactory().get


@pytest.fixture
def slow(settings):
    """A site that works on one request until it is told to go on, and lets one wait."""
    settings.WEB_AT_ONCE, settings.WEB_WAITING = 1, 1
    go_on, begun = threading.Event(), []

    def answer(request):
        begun.append(request.path)
        go_on.wait(5)
        return HttpResponse("here")

    site = Admission(answer)
    site.go_on, site.begun = go_on, begun
    yield site
    go_on.set()


def in_background(site, path: str, answers: list[HttpResponse]) -> threading.Thread:
    thread = threading.Thread(target=lambda: answers.append(site(ASK(path))))
    thread.start()
    time.sleep(0.05)
    return thread


def test_one_is_served_one_waits_and_the_third_is_told_at_once(slow, settings):
    answers = []
    threads = [in_background(slow, "/one/", answers), in_background(slow, "/two/", answers)]

    began = time.monotonic()
    refused = slow(ASK("/three/"))

    assert time.monotonic() - began < 0.2
    assert (refused.status_code, refused["Retry-After"]) == (503, "5")
    assert "Too many people at once" in refused.content.decode()
    assert slow.begun == ["/one/"]

    slow.go_on.set()
    for thread in threads:
        thread.join()
    assert [answer.status_code for answer in answers] == [200, 200]
    assert slow(ASK("/four/")).status_code == 200


def test_who_waits_does_not_wait_for_long(slow, monkeypatch):
    monkeypatch.setattr("marketplace.admission.LONGEST_WAIT", 0.05)
    answers = []
    first = in_background(slow, "/one/", answers)

    assert slow(ASK("/two/")).status_code == 503

    slow.go_on.set()
    first.join()
    assert slow.begun == ["/one/"]


def test_programs_read_a_problem_and_germans_german(slow):
    answers = []
    threads = [in_background(slow, "/one/", answers), in_background(slow, "/two/", answers)]

    program = slow(ASK(reverse("api:jobs")))
    german = slow(ASK("/", headers={"Accept-Language": "de"}))

    assert program["Content-Type"] == "application/problem+json"
    assert '<html lang="de">' in german.content.decode()
    slow.go_on.set()
    for thread in threads:
        thread.join()


def test_who_asks_how_we_are_is_always_let_in(settings):
    settings.WEB_AT_ONCE, settings.WEB_WAITING = 0, 0
    site = Admission(lambda _: HttpResponse("ok"))

    assert site(ASK("/readyz")).status_code == 200
    assert site(ASK("/")).status_code == 503


def test_a_fault_leaves_its_place_to_the_next(settings):
    settings.WEB_AT_ONCE, settings.WEB_WAITING = 1, 0

    def answer(request):
        raise RuntimeError("a bug")

    site = Admission(answer)
    for _ in range(3):
        with pytest.raises(RuntimeError, match="a bug"):
            site(ASK("/"))


def test_while_an_answer_waits_for_its_step_the_next_is_worked_on(settings):
    """Its place is taken meanwhile: a third has none."""
    settings.WEB_AT_ONCE, settings.WEB_WAITING, settings.DOOR_STEP_MS = 1, 1, 500
    worked_on = threading.Event()

    def answer(request):
        if request.path == "/door/":
            leave_on_a_step(request, HASHES)
        worked_on.set()
        return HttpResponse("here")

    site = Admission(answer)
    answers = []
    began = time.monotonic()
    door = in_background(site, "/door/", answers)
    worked_on.wait(5)

    assert site(ASK("/other/")).status_code == 200
    assert not answers

    site.places.acquire()
    assert site(ASK("/third/")).status_code == 503
    site.places.release()
    door.join()
    assert answers[0].status_code == 200
    assert time.monotonic() - began >= 0.5
