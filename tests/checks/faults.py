"""F: faults of the machines underneath."""

from tests.checks.check import Check, guard, left_out
from tests.mutants.guards import Guard

POSTGRES = "tests/drills_faults/test_postgres_killed.py"
NOTHING_LOST = "test_nothing_acknowledged_is_lost_and_pages_come_back"
WEB = "tests/drills_faults/test_web_killed.py"
WORKER_KILLED = f"{WEB}::test_nothing_acknowledged_is_lost_when_workers_die[six times]"
DISK = "tests/drills_faults/test_disk_full.py"
TALK = (
    "tests/talk/test_conversations.py"
    "::test_it_is_read_on_a_full_disk_where_nobody_notes_that_it_was"
)
FILES = "tests/experts/test_full_disk.py"
NETWORK = "tests/drills_faults/test_bad_network.py"
PATIENCE = "tests/kit/test_patience.py"
STILL = "tests/drills_faults/test_standing_still.py"
AWAY = "tests/test_outages.py"
CLOCKS = "tests/contracts/test_wrong_clock.py"
LOAD = "tests/drills_faults/test_overload.py"
OUTBOX = "tests/drills_hiring/test_outbox.py"
EACH_IS_SENT = "test_each_is_sent_once_or_twice_where_smtp_cannot_tell"
BROKER = "tests/contracts/test_broker_down.py"

FAULTS = (
    Check(
        "F-01",
        "P0",
        "PostgreSQL is killed under sixteen people at work: nothing acknowledged is lost or"
        " doubled, meanwhile they are asked to come back, and within ten seconds they can.",
        tests=(POSTGRES,),
        faults=(
            Guard(
                "a commit waits for the disk",
                "marketplace/local/postgres.py",
                '"unix_socket_permissions=0700", "jit=off", *options)',
                '"unix_socket_permissions=0700", "synchronous_commit=off",'
                ' "wal_writer_delay=10s", *options)',
                (f"{POSTGRES}::{NOTHING_LOST}[three times]",),
            ),
            Guard(
                "what is away is no fault of ours",
                "marketplace/outages.py",
                "    if any(_is_away(error) for error in _chain(sys.exc_info()[1])):\n",
                "    if not request:\n",
                ("tests/test_outages.py",),
            ),
        ),
        narrower="20,000 acknowledgements.",
    ),
    Check(
        "F-02",
        "P0",
        "Web workers are killed under sixteen people at work: nothing acknowledged is lost or"
        " doubled, the other one serves on, and the server replaces the dead.",
        tests=(WORKER_KILLED,),
        faults=(
            Guard(
                "a worker that dies is replaced",
                "marketplace/local/stack.py",
                '"--workers", "2", "--respawn-failed-workers"),\n',
                '"--workers", "2"),\n',
                (WORKER_KILLED,),
            ),
        ),
        narrower="10,000 requests through a deployment, which `make scale-drill` tries with what"
        " two people ask meanwhile.",
    ),
    Check(
        "F-03",
        "P0",
        "The worker and its broker are killed twenty times under 2,000 mails: each is sent.",
        tests=(OUTBOX,),
        faults=(
            Guard(
                "what a dead worker held is sent again",
                "accounts/services/outbox.py",
                "LEASE = timedelta(minutes=2)",
                "LEASE = timedelta(days=2)",
                (f"{OUTBOX}::{EACH_IS_SENT}[six times]",),
            ),
        ),
    ),
    Check(
        "F-04",
        "P0",
        "Without its broker the site takes money and news of money, and a sweep finds the work."
        " Without its cache people read on, and what is counted is refused while nobody counts.",
        tests=(BROKER, AWAY),
        faults=(
            Guard(
                "a lost hint does not stop a request",
                "marketplace/kit/tasks.py",
                '            log.warning("task.hint.lost", extra={"task": self.name})\n',
                "            raise\n",
                (BROKER,),
            ),
            Guard(
                "nobody counts by guessing",
                "marketplace/kit/cache.py",
                "        self._refuse_while_left_alone()\n        try:",
                "        if self._is_left_alone():\n            return 0\n        try:",
                (AWAY,),
            ),
        ),
        narrower="a Valkey that is killed and emptied under people at work"
        " (tests/drills_faults/test_valkey_killed.py).",
    ),
    Check(
        "F-05",
        "P1",
        "PostgreSQL's disk, and that of people's files, is full under sixteen people at work: they"
        " read on, who writes hears 503 and when to come back, nothing acknowledged is lost or"
        " doubled, and once there is room people get on by themselves.",
        tests=(DISK, FILES, TALK),
        faults=(
            Guard(
                "a full disk of the database is no fault of ours",
                "marketplace/outages.py",
                "AWAY = (OperationalError, InterfaceError,",
                "AWAY = (InterfaceError,",
                (DISK,),
            ),
            Guard(
                "a page that cannot be noted as read is read",
                "marketplace/kit/http.py",
                "    except OperationalError as error:\n",
                "    except () as error:\n",
                (TALK,),
            ),
        ),
        narrower="a log of PostgreSQL's that finds no room, which stops it until it has some, and"
        " Valkey's disk.",
    ),
    Check(
        "F-06",
        "P1",
        "A process whose machine's clock jumps by minutes, a day, a month, across both changes of"
        " the hour and beyond 2038: nothing ends early or late, it takes no password, code or news"
        " of money, and says that it is not ready.",
        tests=(CLOCKS, "tests/contracts/test_clocks.py"),
        faults=(
            Guard(
                "a process whose clock is wrong takes nothing",
                "marketplace/middleware.py",
                "self.READS or clock.agreement.is_right()",
                "self.READS or request.method",
                (CLOCKS,),
            ),
            guard("the clock all workers share"),
        ),
        narrower="leap seconds.",
    ),
    Check(
        "F-07",
        "P1",
        "The network to PostgreSQL, to Valkey and to Stripe is slow, loses what is sent, brings a"
        " byte a second, breaks off or forgets connections under sixteen people at work: nobody"
        " waits ten seconds, no effect is lost or doubled, who fails is left alone, and within"
        " thirty seconds every thread answers again.",
        tests=(NETWORK, PATIENCE),
        faults=(
            Guard(
                "nobody waits for ever",
                "marketplace/kit/patience.py",
                "OF_A_REQUEST, OF_A_STATEMENT = 7.0, 60.0",
                "OF_A_REQUEST, OF_A_STATEMENT = 700.0, 700.0",
                (f"{NETWORK}::test_nobody_waits_long_and_nothing_is_doubled",),
            ),
            Guard(
                "an answer of Stripe's is whole in time",
                "contracts/gateway/connection.py",
                '{"http": _Pool, "https": _SecurePool}',
                '{"http": HTTPConnectionPool, "https": HTTPSConnectionPool}',
                (f"{PATIENCE}::test_a_stripe_that_trickles_is_given_up_too",),
            ),
            Guard(
                "a Stripe that hangs is left alone",
                "contracts/gateway/connection.py",
                "self.back_at = failed_at + LEFT_ALONE",
                "self.back_at = failed_at",
                (f"{PATIENCE}::test_once_somebody_has_waited_for_a_stripe_that_hangs_nobody_does",),
            ),
            Guard(
                "the broker's answers are whole in time",
                "marketplace/kit/broker.py",
                '        found["connection_class"] = punctual(found["connection_class"])\n',
                "",
                (f"{PATIENCE}::test_a_broker_that_trickles_is_given_up",),
            ),
            Guard(
                "a connection that was forgotten is not waited for",
                "marketplace/kit/postgres/base.py",
                "OF_A_KEPT_CONNECTION = 2.0",
                "OF_A_KEPT_CONNECTION = 60.0",
                (f"{PATIENCE}::test_a_forgotten_connection_leaves_time_for_a_new_one",),
            ),
        ),
    ),
    Check(
        "F-08",
        "P1",
        "Three times of what can be served is asked: 80 % of it is served, the rest hears 503 or"
        " 429 within 200 ms, and nobody meets a fault.",
        tests=(LOAD,),
        faults=(
            Guard(
                "who is too many is turned away at once",
                "marketplace/admission.py",
                "        if not self.places.acquire(blocking=False):\n",
                "        if not self.places.acquire(timeout=LONGEST_WAIT):\n",
                (LOAD,),
            ),
        ),
        narrower="ten minutes, and the 95th percentile of pages at 0.7x.",
    ),
    left_out("F-09", "P1", "A day of work: memory does not grow.", "takes a day."),
    Check(
        "F-10",
        "P2",
        "PostgreSQL, Valkey, the worker, beat, Stripe, the web server stand still for 30 s, one"
        " after another, under people at work: nothing is lost or doubled, and pages do not wait"
        " for Valkey.",
        tests=(STILL,),
        faults=(
            Guard(
                "a Valkey that hangs is taken for one that is away",
                "marketplace/settings.py",
                '"socket_timeout": 2, "pool_class": "marketplace.kit.cache.InTime"',
                '"socket_timeout": None',
                (f"{STILL}::test_pages_go_on_without_a_valkey_that_hangs",),
            ),
        ),
        narrower="pages wait seven seconds for a PostgreSQL that hangs"
        " (tests/kit/test_patience.py).",
    ),
)
