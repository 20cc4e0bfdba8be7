"""Who may move money: a second table, written from the design and not from the policies.

`tests/test_access.py` asks every address as five people. Here sixteen ask those that move money:
about the contract of acme and ada, and about one that is not there. Whoever is refused is told what
a stranger is told, and not one row is written.
"""

import re
from collections import Counter
from collections.abc import Iterator

import pytest
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.db import transaction
from django.urls import reverse
from django.utils.timezone import now

from accounts.models import Membership, Sanction, User
from accounts.models.user import DISPUTES
from tests import factories
from tests.access_table import ACCESS
from tests.world import one_of_everything  # noqa: F401 (a fixture)
from tests.written import changes

# Those of the client who move money, those who review, and the expert (product.md, row 7: "only
# finance and owner may pay"). A suspended person begins nothing new, and finishes what runs.
PAYERS = {"owner", "paying member", "suspended owner"}
REVIEWERS = PAYERS | {"hiring member"}
EXPERT = {"expert"}
PARTIES = REVIEWERS | EXPERT | {"viewing member"}
STAFF_WHO_PAY = {"finance staff", "superuser"}
STAFF_WHO_DECIDE = {"dispute staff", "superuser"}

SUBJECTS = (
    *("anonymous", "owner", "paying member", "hiring member", "viewing member", "former member"),
    *("suspended owner", "owner of another", "expert", "other expert", "mallory"),
    *("reviewer", "dispute staff", "finance staff", "staff without a duty", "superuser"),
)

MONEY = {
    # Money comes in.
    "contracts:fund": PAYERS,
    "contracts:cancel-funding": PAYERS,
    "contracts:prepay": PAYERS,
    "contracts:bonus": PAYERS,
    # Held money goes to the expert.
    "contracts:approve": PAYERS,
    "contracts:release-part": PAYERS,
    "contracts:approve-hours": PAYERS,
    # Money goes back to the client.
    "contracts:give-back": EXPERT,
    "contracts:give-back-released": EXPERT,
    # Both agree on a part.
    "contracts:propose-end": PAYERS | EXPERT,
    "contracts:settle-dispute": PAYERS | EXPERT,
    "contracts:concede-dispute": PAYERS | EXPERT,
    # Money waits because somebody says so.
    "contracts:open-dispute": REVIEWERS | EXPERT,
    "contracts:query-hours": REVIEWERS,
    # Our staff.
    **dict.fromkeys(
        (
            *("admin:payments:try-again", "admin:payments:replay", "admin:payments:adopt"),
            *("admin:payments:send-back", "admin:payments:return-held", "admin:payments:confirm"),
            *("admin:payments:drop", "admin:payments:stop", "admin:payments:go-on"),
            *("admin:chargebacks:submit", "admin:chargebacks:accept", "admin:chargebacks:give-in"),
            *("admin:chargebacks:uncover", "admin:chargebacks:confirm", "admin:chargebacks:drop"),
            *("admin:clawbacks:decide", "admin:clawbacks:cover", "admin:clawbacks:refuse"),
            *("admin:differences:explain", "admin:differences:take-back"),
        ),
        STAFF_WHO_PAY,
    ),
    **dict.fromkeys(
        (
            *("admin:disputes:case", "admin:disputes:take", "admin:disputes:hand-back"),
            *("admin:disputes:confirm", "admin:disputes:send-back"),
        ),
        STAFF_WHO_DECIDE,
    ),
}

# Where money is not moved by it, although it stands beside where it is. Whatever takes a form in
# these parts is in one of the two lists; a new address fails the build until somebody decides.
PARTS = ("contracts:", "admin:payments:", "admin:chargebacks:", "admin:clawbacks:")
NO_MONEY = {
    *("conversation", "block", "unblock", "report-message", "begin-conversation"),
    *("propose-interview", "agree-interview", "decline-interview", "withdraw-interview"),
    *("cancel-interview", "agree-to-proof", "withdraw-proof", "leave-feedback", "reply"),
    *("make-offer", "accept-offer", "decline-offer", "counter-offer", "withdraw-offer"),
    *("make-hourly-offer", "timesheet", "submit", "ask-for-changes"),
    *("pause", "resume", "end", "cancel-milestone"),
    *("propose-change", "accept-change", "decline-change", "withdraw-change"),
    *("answer-dispute", "add-to-dispute", "withdraw-dispute", "appeal-dispute"),
    *("set-consultation-price", "stop-consultations", "add-consultation-times", "withdraw-time"),
    # One's own, of whoever asks: there is nothing of somebody else's to reach.
    *("book-consultation", "give-consultation", "cancel-consultation", "report-missing"),
    *("billing-expert", "billing-client", "start-payouts"),
    # Stripe's, behind its signature.
    "stripe-webhook",
}  # fmt: skip


@pytest.fixture
def people(acme, ada, mallory, rhea) -> dict[str, User | None]:
    """Build one of each subject."""
    organisation = acme.memberships.get().organisation

    def member(name: str, role: str) -> User:
        user = factories.user(name)
        Membership.objects.create(
            organisation=organisation, user=user, role=role, created_at=factories.LONG_AGO
        )
        return user

    def staff(name: str, group: str) -> User:
        user = factories.user(name, is_staff=True)
        user.groups.add(Group.objects.get_or_create(name=group)[0])
        return user

    suspended = member("suspended owner", Membership.Role.OWNER)
    Sanction.objects.create(
        user=suspended, level="suspend", rule_code="C2", facts="f", evidence="e", proposed_by=rhea,
        proposed_at=factories.NOON, imposed_by=rhea, starts_at=now(), status="active",
    )  # fmt: skip
    former = member("former member", Membership.Role.OWNER)
    former.memberships.all().delete()
    elsewhere = factories.user("owner of another")
    factories.organisation(elsewhere)
    return {
        "anonymous": None,
        "owner": acme,
        "paying member": member("paying member", Membership.Role.FINANCE),
        "hiring member": member("hiring member", Membership.Role.HIRING),
        "viewing member": member("viewing member", Membership.Role.VIEWER),
        "former member": former,
        "suspended owner": suspended,
        "owner of another": elsewhere,
        "expert": ada,
        "other expert": factories.expert(factories.user("other expert")).user,
        "mallory": mallory,
        "reviewer": rhea,
        "dispute staff": staff("dispute staff", DISPUTES),
        "finance staff": factories.finance("finance staff"),
        "staff without a duty": factories.user("staff without a duty", is_staff=True),
        "superuser": factories.user("superuser", is_staff=True, is_superuser=True),
    }


def test_whether_money_moves_is_decided_for_every_form():
    forms = {row[0] for row in ACCESS if row[1] == "post" and str(row[0]).startswith(PARTS)}
    decided = {name for name in MONEY if name.startswith(PARTS)}

    assert forms == decided | {f"contracts:{name}" for name in NO_MONEY}
    assert set(people_of(MONEY.values())) <= set(SUBJECTS)


def people_of(sets) -> Iterator[str]:
    """Return everybody who may do something."""
    for who in sets:
        yield from who


def test_money(world, people, client):
    wrong = []
    for subject, person in people.items():
        client.logout()
        if person:
            client.force_login(person)
        for name, may in MONEY.items():
            wrong += wrongs_of(client, name, world[kind_of(name)], subject, may=subject in may)

    assert wrong == []


def wrongs_of(client, name: str, arguments: list[str], subject: str, *, may: bool) -> list[str]:
    """Ask one address as somebody, for what is there and for what is not; return what is wrong."""
    status, written = asked(client, reverse(name, args=arguments))
    found = [] if is_right(status, name, subject, may=may) else [f"{name} of {subject}: {status}"]
    if written and not may:
        found.append(f"{name} of {subject} wrote {dict(written)}")
    # Nothing of a desk's is in our world: its addresses name nothing already.
    if not name.startswith("admin:"):
        absent, _ = asked(client, reverse(name, args=[nothing(word) for word in arguments]))
        if absent != (302 if subject == "anonymous" else 404):
            found.append(f"{name} of nothing for {subject}: {absent}")
    return found


def kind_of(name: str) -> str:
    """Return whose arguments an address takes."""
    return str(next(row[2] for row in ACCESS if row[0] == name and row[1] == "post"))


def is_right(status: int, name: str, subject: str, *, may: bool) -> bool:
    """Whether an answer is the one that is due to somebody; a form that is empty is refused."""
    if subject == "anonymous":
        return status == 302
    if name.startswith("admin:"):
        return status in (302, 404, 409, 422) if may else status == 403
    if may:
        return status in (302, 409, 422)
    return status == (403 if subject in PARTIES else 404)


def nothing(argument: object) -> object:
    """Return what looks like an argument and names nothing."""
    return re.sub("_.*", "_" + "0" * 12, argument) if isinstance(argument, str) else argument


def asked(client, address: str) -> tuple[int, Counter[str]]:
    """Send an empty form; return the answer's status, and how many rows of which tables changed."""
    cache.clear()
    with transaction.atomic():
        before = changes()
        status = client.post(address, {}).status_code
        after = changes()
        transaction.set_rollback(True)
    return status, after - before
