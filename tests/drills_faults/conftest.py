"""A site with people at work on it, and what must be true of it when machines fail under them."""

import json
import re
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from threading import Event

import pytest

from tests.drills_faults.journeys import PREPARE, Pair
from tests.local.conftest import open_folder  # noqa: F401
from tests.local.processes import eventually
from tests.local.run import Run

# Seconds after a part is back, within which pages come again.
BACK_WITHIN = 10.0
GETS_ON_WITHIN = 60.0
# What people may be told while machines fail: pages, "somebody was first", "come back", nothing.
ONLY = {200, 302, 303, 409, 503, 0}
NUMBERS = count(1)
TEXTS = "SELECT text FROM jobs_message WHERE text LIKE 'prp_%'"
# By the public id of a contract: parts of it released, payments settled, money held for it.
PAID = """
    SELECT json_object_agg(c.public_id, json_build_array(
        (SELECT count(*) FROM contracts_milestone m WHERE m.contract_id = c.id
            AND m.status = 'released'),
        (SELECT count(*) FROM contracts_payment p JOIN contracts_milestone m
            ON m.id = p.milestone_id WHERE m.contract_id = c.id AND p.status = 'held'),
        (SELECT count(*) FROM contracts_submission s JOIN contracts_milestone m
            ON m.id = s.milestone_id WHERE m.contract_id = c.id)))
      FROM contracts_contract c JOIN jobs_job j ON j.id = c.job_id WHERE j.title LIKE 'Job _-%'
"""


class Crowd:
    """Everybody at work on one site."""

    def __init__(self, run: Run) -> None:
        self.run, self.enough = run, Event()
        other = run.runner("manage", "shell", "-v0", "-c", PREPARE)
        said, _ = other.communicate(timeout=300)
        made = re.findall(r"^made (\d+) \d+ (\S+)$", said, re.MULTILINE)
        assert made, said
        address = f"http://localhost:{run.port}"
        self.pairs = [
            Pair(pair, address, [name for number, name in made if int(number) == pair], self.enough)
            for pair in sorted({int(number) for number, _ in made})
        ]

        for pair in self.pairs:
            pair.client.sign_in()
            pair.expert.sign_in()

    @property
    def acknowledged(self) -> int:
        """How many things people were told are done."""
        return sum(pair.history.length for pair in self.pairs)

    @property
    def told(self) -> Counter[int]:
        """How often people were told what; 0 stands for no answer."""
        return sum((pair.told for pair in self.pairs), Counter[int]())

    @property
    def longest(self) -> float:
        """The longest that anybody waited for the site, in seconds."""
        return max(one.longest for pair in self.pairs for one in (pair.client, pair.expert))

    @property
    def broke(self) -> list[Exception]:
        """What somebody saw that nobody must."""
        return [pair.broke for pair in self.pairs if pair.broke]

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Let all of them work during the block, and finish the contract they have in hand."""
        for pair in self.pairs:
            pair.start()
        eventually(lambda: self.acknowledged > 2 * len(self.pairs) or self.broke, GETS_ON_WITHIN)
        yield
        self.enough.set()
        for pair in self.pairs:
            pair.join(300)
        assert not self.broke, self.broke[0]
        assert not any(pair.is_alive() for pair in self.pairs), "somebody never got on"

    def is_served(self) -> float:
        """Wait until pages come again, and somebody got on; return the seconds to the first page.

        How soon sixteen people on a busy machine get on is another matter than whether they can.
        """
        began, before = time.monotonic(), self.acknowledged
        eventually(self.run.is_ready, BACK_WITHIN)
        took = time.monotonic() - began
        eventually(lambda: self.acknowledged > before or self.broke, GETS_ON_WITHIN)
        assert not self.broke, self.broke[0]
        return took

    def nothing_is_lost_or_doubled(self) -> None:
        """Compare what is stored with what people were told."""
        stored = Counter(self.run.sql(TEXTS).splitlines())
        texts = [text for pair in self.pairs for text in pair.history.texts]
        assert [text for text in texts if stored[text] == 0] == [], "lost"
        assert [text for text, times in stored.items() if times > 1] == [], "doubled"
        paid = json.loads(self.run.sql(PAID))
        for pair in self.pairs:
            for verb, name in pair.history.done:
                if verb == "approve":
                    assert paid[name] == [1, 1, 1], (name, paid[name])
        assert self.run.says("manage", "verify_ledger")[0] == 0
        print(f"{self.acknowledged} acknowledged, 0 lost, 0 doubled; {dict(self.told)}", flush=True)


@pytest.fixture
def site(open_folder) -> Iterator[Run]:  # noqa: F811
    """A site as people see it: errors are pages."""
    run = Run(open_folder / f"site-{next(NUMBERS)}", DEBUG="0")
    yield run
    run.end()


@pytest.fixture
def crowd(site) -> Crowd:
    """Eight pairs of people who will work on it."""
    return Crowd(site)
