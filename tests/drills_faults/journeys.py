"""Eight clients and eight experts at work over HTTP, and a history of what they were told.

Each pair lives through one contract after another: they talk, agree, pay, hand in and release, with
every form sent as a browser sends it. When a machine fails in between nobody knows what was done,
so they look first, and send again only what is not there: as people do. Acknowledged is what a page
showed them afterwards.
"""

import time
from collections import Counter
from dataclasses import dataclass, field
from threading import Event, Thread

from tests.drills_faults.visitor import NoAnswer, NotNow, Page, Visitor

PAIRS, CONTRACTS, LINES = 8, 40, 8
# Until Stripe's news of a payment has come, in seconds, over however many faults.
UNTIL_FUNDED = 120.0
# Seconds after which somebody tries again to pay; twenty times in ten minutes are too often.
TRIES_AGAIN = 5.0
# People with the demo's password, and for each pair proposals that wait for an answer.
PREPARE = f"""
from allauth.account.models import EmailAddress
from datetime import timedelta
from django.utils.timezone import now
from experts.models import Expert
from marketplace.kit.money import Money
from tests import factories

def person(name):
    row = factories.user(name, password="attest-demo")
    EmailAddress.objects.create(user=row, email=row.email, verified=True, primary=True)
    return row

at = now()
for pair in range({PAIRS}):
    client, expert = person(f"client{{pair}}"), person(f"expert{{pair}}")
    of = factories.organisation(client, f"Client {{pair}}")
    profile = factories.expert(expert, created_at=at)
    for number in range({CONTRACTS}):
        job = factories.job(of, title=f"Job {{pair}}-{{number}}", created_at=at, published_at=at)
        row = factories.proposal(job, profile, created_at=at, submitted_at=at)
        row.milestones.create(
            position=1, title="Everything", amount_minor=1_200_00,
            due_on=at.date() + timedelta(days=30),
        )
        print("made", pair, number, row.public_id)
"""


@dataclass
class History:
    """What was acknowledged: texts that were sent, and verbs with what they were done to."""

    texts: list[str] = field(default_factory=list)
    done: list[tuple[str, str]] = field(default_factory=list)

    @property
    def length(self) -> int:
        """How many things were acknowledged."""
        return len(self.texts) + len(self.done)


class Pair(Thread):
    """A client and an expert who go from one contract to the next until they are told to stop."""

    def __init__(self, number: int, address: str, proposals: list[str], enough: Event) -> None:
        super().__init__(daemon=True)
        self.number, self.enough = number, enough
        self.proposals = proposals
        self.client = Visitor(address, f"client{number}@attest.example")
        self.expert = Visitor(address, f"expert{number}@attest.example")
        self.history = History()
        self.broke: Exception | None = None

    def run(self) -> None:
        """Work; what people must not see ends it and is kept."""
        try:
            for proposal in self.proposals:
                self._one_contract(proposal)
                if self.enough.is_set():
                    break
        except Exception as error:  # noqa: BLE001 - the drill raises it in its own thread
            self.broke = error

    @property
    def told(self) -> Counter[int]:
        """How often both were told what."""
        return Counter(self.client.told) + Counter(self.expert.told)

    def _one_contract(self, proposal: str) -> None:
        talk = f"/proposals/{proposal}/messages/"
        for number in range(LINES):
            self._says((self.client, self.expert)[number % 2], talk, f"{proposal} says {number}.")
        offer = self._offers(proposal)
        contract = self._accepts(offer)
        self._pays(contract)
        self._hands_in(contract)
        self._approves(contract)

    def _says(self, someone: Visitor, talk: str, text: str) -> None:
        page = someone.look(talk)
        while text not in page.text:
            _tries(someone, page, "/messages/", text=text)
            page = someone.look(talk)
        self.history.texts.append(text)

    def _offers(self, proposal: str) -> str:
        """Make an offer; its page is where the form leads from then on."""
        page = self.client.look(f"/proposals/{proposal}/offer/")
        while "/offers/" not in page.url:
            _tries(self.client, page, "/offer/")
            page = self.client.look(f"/proposals/{proposal}/offer/")
        return self._did("offer", page.url)

    def _accepts(self, offer: str) -> str:
        page = self.expert.look(offer)
        while not (contract := page.link("/contracts/con_")):
            _tries(self.expert, page, "/accept/")
            page = self.expert.look(offer)
        return self._did("accept", contract)

    def _pays(self, contract: str) -> None:
        """Pay on Stripe's page, and wait for its news as people do who look again."""
        until = time.monotonic() + UNTIL_FUNDED
        while not self._has_paid(contract):
            assert time.monotonic() < until, f"{contract} was never paid for"
            time.sleep(TRIES_AGAIN)
        while not self.expert.look(contract).link("/submit/"):
            assert time.monotonic() < until, f"{contract} was paid for and nobody knows"
            time.sleep(0.3)
        self._did("fund", contract)

    def _has_paid(self, contract: str) -> bool:
        """Try to pay, unless that is done; whether Stripe has the money."""
        page = self.client.look(contract)
        if not page.has_form("/fund/"):
            return True
        if not (checkout := _tries(self.client, page, "/fund/")):
            return False
        till = self.client.look(checkout)
        return not till.has_form("/c/pay/") or bool(_tries(self.client, till, "/c/pay/", do="pay"))

    def _hands_in(self, contract: str) -> None:
        page = self.expert.look(contract)
        while not self.client.look(contract).link("/approve/"):
            form = self.expert.look(page.link("/submit/") or contract)
            _tries(self.expert, form, "/submit/", note="It is done.", is_without_model="on")
        self._did("submit", contract)

    def _approves(self, contract: str) -> None:
        while approve := self.client.look(contract).link("/approve/"):
            _tries(self.client, self.client.look(approve), "/approve/", is_checked="on")
        self._did("approve", contract)

    def _did(self, verb: str, url: str) -> str:
        self.history.done.append((verb, url.rstrip("/").rpartition("/")[2]))
        return url


def _tries(someone: Visitor, page: Page, form: str, **typed: str) -> str:
    """Send a form; return where it led, or nothing when one has to look."""
    try:
        return someone.press(page.form(form), **typed)
    except (NoAnswer, NotNow):
        return ""
