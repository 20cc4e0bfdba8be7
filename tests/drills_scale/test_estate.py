"""Beyond one machine nothing is stale that matters, and no part is needed alone."""

import time
from threading import Thread

import pytest

from marketplace.local.ports import listens
from tests.drills_faults.visitor import Visitor
from tests.drills_scale.estate import POOL, WEBS
from tests.local.processes import eventually, needs_proc

pytestmark = [needs_proc, pytest.mark.drills]

EXPERT, CLIENT = "expert@attest.example", "client@attest.example"
BOARD = "/jobs/"
SLUG = """
    SELECT slug FROM experts_expert e JOIN accounts_user u ON u.id = e.user_id
     WHERE u.email = 'expert@attest.example'
"""
MAILS = "SELECT count(*) FROM accounts_mail WHERE status = 'sent'"


@pytest.fixture
def stranger(estate) -> Visitor:
    """Somebody who has written nothing."""
    return Visitor(estate.address, "")


@pytest.fixture
def ada(estate) -> Visitor:
    """The expert of the demo, whose sign-in the replica has heard of."""
    return signed_in(estate, EXPERT)


@pytest.fixture
def still(estate):
    """A replica that hears everything and replays nothing, until the test is over."""
    estate.sql(estate.replica, "SELECT pg_wal_replay_pause()")
    yield
    estate.sql(estate.replica, "SELECT pg_wal_replay_resume()")
    eventually(lambda: is_level(estate), 30)


def signed_in(estate, email) -> Visitor:
    someone = Visitor(estate.address, email)
    someone.sign_in()
    eventually(lambda: is_level(estate), 30)
    return someone


def is_level(estate) -> bool:
    """Whether the replica has replayed all there is, a commit of this moment among it."""
    estate.sql(estate.primary, "CREATE TEMP TABLE beat (); SELECT txid_current()")
    ours = estate.sql(estate.primary, "SELECT pg_current_wal_lsn()")
    return estate.sql(estate.replica, f"SELECT pg_last_wal_replay_lsn() >= '{ours}'") == "t"


def asks_the_replica(estate, someone, path) -> bool:
    before = estate.read_at()
    someone.look(path)
    return estate.read_at() > before


def comes_to_ask_the_replica(estate, someone, path) -> None:
    """Wait until they do: each web process leaves one alone for a moment that failed it before."""
    eventually(lambda: is_level(estate) and asks_the_replica(estate, someone, path), 30)


def test_what_everybody_may_read_is_read_from_the_replica(estate, stranger):
    for path in ("/", BOARD, "/experts/", "/experts/?q=rag"):
        comes_to_ask_the_replica(estate, stranger, path)


def test_both_web_processes_serve(estate, stranger):
    before = dict(estate.proxy.served)

    for _ in range(4):
        stranger.look(BOARD)

    assert all(estate.proxy.served[port] > before[port] for port in before)


def test_whoever_wrote_reads_it_at_once_though_the_replica_stands_still(estate, ada, still):
    page = ada.look("/profile/")
    form = next(form for form in page.forms if "headline" in form.sends)
    headline = f"Retrieval that cites, as of {time.time():.0f}"
    ada.press(form, headline=headline)

    address = f"/experts/{estate.sql(estate.primary, SLUG)}/"
    assert headline in ada.look(address).text
    # The replica has not heard of it, which is what would have been read.
    assert headline not in estate.sql(estate.replica, "SELECT headline FROM experts_expert")
    assert not asks_the_replica(estate, ada, BOARD)


def test_once_it_has_replayed_that_they_are_back_on_it(estate, ada):
    comes_to_ask_the_replica(estate, ada, BOARD)


def test_no_page_about_money_or_ones_own_things_asks_it(estate, ada):
    client = signed_in(estate, CLIENT)

    for path in ("/home/", "/contracts/", "/spend/", "/documents/", "/notifications/"):
        assert not asks_the_replica(estate, client, path), path
    for path in ("/home/", "/earnings/", "/earnings/statements/", "/proposals/"):
        assert not asks_the_replica(estate, ada, path), path


def test_without_the_replica_the_primary_answers(estate, stranger):
    eventually(lambda: is_level(estate), 30)
    estate.kill("replica")

    for _ in range(6):
        stranger.look(BOARD)

    assert set(stranger.told) == {200}
    estate.start(estate.program("replica"))
    comes_to_ask_the_replica(estate, stranger, BOARD)


def test_a_new_version_goes_in_process_by_process_and_nobody_notices(estate):
    people = [Visitor(estate.address, "") for _ in range(2)]
    is_over: list[bool] = []

    def asks(someone: Visitor) -> None:
        while not is_over:
            someone.get("/fees/")
            time.sleep(0.05)  # so that one process alone can bear them all

    threads = [Thread(target=asks, args=[someone], daemon=True) for someone in people]
    for thread in threads:
        thread.start()
    for name in WEBS * 2:
        estate.renew(name)
    is_over.append(True)
    for thread in threads:
        thread.join(30)

    assert [set(someone.told) for someone in people] == [{200}] * len(people)


def test_a_web_process_that_dies_is_passed_over(estate, stranger):
    estate.kill("web-1")
    # Its workers end a moment after it; what they have accepted until then ends with them.
    eventually(lambda: not listens(estate.web_ports["web-1"]), 10)

    for _ in range(6):
        stranger.look(BOARD)

    assert set(stranger.told) == {200}
    estate.start(estate.program("web-1"))


def test_what_a_dead_worker_would_have_done_another_does(estate, stranger):
    before = int(estate.sql(estate.primary, MAILS))
    estate.kill("codes")
    address = f"newcomer-{time.time():.0f}@people.example"
    form = stranger.look("/accounts/signup/").form("/signup/")

    stranger.press(form, email=address, password1="correct-horse-battery-staple")

    eventually(lambda: int(estate.sql(estate.primary, MAILS)) > before, 60)
    estate.start(estate.program("codes"))


def test_many_who_ask_share_few_connections(estate):
    client = signed_in(estate, CLIENT)
    people = [Visitor(estate.address, "") for _ in range(16)]
    for someone in people:
        someone.cookies = dict(client.cookies)

    def are_more_than_the_pool() -> bool:
        """Ask all at once, so that every thread of both processes comes to hold a connection."""
        threads = [Thread(target=someone.look, args=["/contracts/"]) for someone in people]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        [pool] = [row for row in estate.pools() if row["database"] == "attest"]
        assert int(pool["sv_active"]) + int(pool["sv_idle"]) + int(pool["sv_used"]) <= POOL
        return int(pool["cl_active"]) + int(pool["cl_waiting"]) > POOL

    eventually(are_more_than_the_pool, 60)
