"""Whoever crawls everything there is finds nothing of what the other side would accept."""

import re
from html import unescape

import pytest
from django.urls import reverse

from accounts.models import Mail, Notification, User
from contracts.models import Dispute, SettlementOffer
from contracts.services import decisions, disputes
from tests.conftest import NOON
from tests.contracts.disputed import APPEAL_DUE, SETTLE_DUE, decided, named
from tests.laid import laid

# What each side names, and no other figure of this contract looks like it.
CLIENTS, EXPERTS = 1_357_91, 2_468_13
CANARIES = {
    "acme": re.compile(r"1[,.\s]?357[.,]?91"),
    "ada": re.compile(r"2[,.\s]?468[.,]?13"),
}
LINK = re.compile(r'(?:href|action|hx-get|hx-post)="(/[^"#]*)')
# Where a dispute, its contract or its money can be read at all.
ABOUT = re.compile(
    r"/(contracts/con_|disputes/|admin/disputes/|notifications/\?)"
    r"|/admin/contracts/(milestone|dispute|statement|decision)/(?!add)"
)
MOST_PAGES = 100


@laid
def blind(answered, acme, ada) -> Dispute:
    """Both have named an amount, and the two do not meet."""
    named(answered, CLIENTS, by=acme)
    return named(answered, EXPERTS, by=ada)


@laid
def root(db) -> User:
    """Somebody who may do everything, the disputes desk included."""
    return User.objects.create_superuser("root@attest.example", "x")


def crawl(client, dispute: Dispute) -> dict[str, str]:
    """Ask for all that is about the dispute, and what those pages name; return what they said."""
    contract = dispute.milestone.contract.public_id
    pages = ["answer", "settle", "agree", "add", "withdraw", "appeal"]
    waiting = [
        "/home/",
        "/notifications/",
        "/admin/",
        "/admin/disputes/",
        f"/api/v1/contracts/{contract}/",
        f"/contracts/{contract}/",
        f"/disputes/{dispute.public_id}/",
        *(f"/disputes/{dispute.public_id}/{page}/" for page in pages),
    ]
    said: dict[str, str] = {}
    while waiting and len(said) < MOST_PAGES:
        address = waiting.pop(0)
        if address in said:
            continue
        response = client.get(address)
        said[address] = b"".join(response).decode(errors="ignore") + str(response.headers)
        waiting += [
            found for found in map(unescape, LINK.findall(said[address])) if ABOUT.match(found)
        ]
    return said


def leaks(client, dispute: Dispute, user: User, *canaries: str) -> list[str]:
    client.force_login(user)
    said = crawl(client, dispute)
    assert f"/disputes/{dispute.public_id}/" in said
    assert len(said) < MOST_PAGES
    return [
        f"{address}: {canary}"
        for address, text in said.items()
        for canary in canaries
        if CANARIES[canary].search(text)
    ]


def everywhere(client, dispute: Dispute, acme, ada, root, mallory) -> list[str]:
    """Crawl as everybody, and look through what they were told."""
    told = [
        *Notification.objects.values_list("subject", "body"),
        *Mail.objects.values_list("subject", "text", "html"),
        *dispute.history.values_list("verb", "reason"),
    ]
    return [
        *leaks(client, dispute, ada, "acme"),
        *leaks(client, dispute, acme, "ada"),
        *leaks(client, dispute, root, "acme", "ada"),
        *leaks(client, dispute, mallory, "acme", "ada"),
        *(str(row) for row in told if any(one.search(str(row)) for one in CANARIES.values())),
    ]


def test_each_side_sees_its_own_amount(client, blind, acme, ada):
    """The canaries sing where they may, or the silence elsewhere would mean nothing."""
    for user, own in ((acme, "acme"), (ada, "ada")):
        assert leaks(client, blind, user, own)


def test_while_it_is_being_settled_nobody_sees_the_others(client, blind, acme, ada, root, mallory):
    assert everywhere(client, blind, acme, ada, root, mallory) == []


@pytest.mark.drills
def test_nor_does_whoever_decides_nor_anybody_afterwards(
    client, blind, acme, ada, dan, root, mallory
):
    dispute = disputes.send_to_staff(blind, at=SETTLE_DUE)
    assert leaks(client, dispute, dan, "acme", "ada") == []
    decided(dispute, 1_00, by=dan)
    dispute = decisions.finish(dispute, at=APPEAL_DUE)

    assert dispute.status == "final"
    assert everywhere(client, dispute, acme, ada, root, mallory) == []


@pytest.mark.parametrize("model", ["settlementoffer"])
def test_the_records_of_the_admin_site_do_not_have_them(client, blind, root, model):
    client.force_login(root)

    assert client.get(f"/admin/contracts/{model}/").status_code == 404
    page = client.get(reverse("admin:contracts_dispute_change", args=[blind.pk])).content.decode()
    assert "It misses the scanned tables." in page
    assert not any(canary.search(page) for canary in CANARIES.values())


def test_a_form_that_is_refused_does_not_echo_the_others(client, blind, ada):
    client.force_login(ada)

    answer = client.post(f"/disputes/{blind.public_id}/settle/", {"amount": "9,999.99"})

    assert answer.status_code == 422
    assert not CANARIES["acme"].search(answer.content.decode())
    assert SettlementOffer.objects.count() == 2


def test_what_was_named_is_never_rewritten(blind, acme):
    named(blind, CLIENTS + 1, by=acme, at=NOON)

    assert list(blind.offers.filter(side="client").values_list("amount_minor", flat=True)) == [
        CLIENTS,
        CLIENTS + 1,
    ]
