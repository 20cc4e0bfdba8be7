"""However many rows are behind it, a list is opened with a dozen statements.

There are more rows than statements allowed, so that a list which asks once a row cannot pass.
"""

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models.user import DISPUTES, FINANCE, REVIEWERS
from tests.crowd import gather

MOST = 12
# Of one contract a page shows everything there is: work, money, papers, talk, what went wrong.
MOST_OF_A_CONTRACT = 25
ROWS = 14

OF_CLIENTS = (
    *("home", "jobs:client-jobs", "jobs:received-proposals", "jobs:invite", "jobs:board"),
    *("contracts:index", "contracts:messages", "contracts:documents", "contracts:terms"),
    *("contracts:spend", "contracts:spend-statements", "contracts:spend-contract"),
    "contracts:detail",
    *("accounts:notifications", "accounts:organisation"),
    *("experts:saved", "experts:search", "experts:searches"),
)
OF_EXPERTS = (
    *("home", "jobs:board", "jobs:proposals", "jobs:matches", "jobs:alerts", "jobs:searches"),
    *("contracts:index", "contracts:messages"),
    *("contracts:earnings", "contracts:earnings-statements", "contracts:detail"),
    "accounts:notifications",
)
OF_STAFF = (
    *("home", "admin:vetting:queue", "admin:vetting:badges"),
    *("admin:disputes:queue", "admin:chargebacks:index"),
    *("admin:differences:index", "admin:flags:index", "admin:jobs-in-review:index"),
    "admin:sanctions:index",
)
READERS = {"acme": OF_CLIENTS, "ada": OF_EXPERTS, "rhea": OF_STAFF}


@pytest.fixture
def staff(rhea):
    """Rhea does every duty."""
    for duty in (REVIEWERS, DISPUTES, FINANCE):
        rhea.groups.add(Group.objects.get_or_create(name=duty)[0])
    return rhea


def test_every_list_is_opened_with_a_dozen_statements(client, acme, ada, staff):
    crowd = gather(ROWS, client=acme, expert=ada, staff=staff)
    about = {
        "jobs": crowd.job.public_id,
        "contracts": crowd.contract.public_id,
        "accounts:organisation": acme.memberships.get().organisation.public_id,
    }
    told, over = [], {}
    for reader, names in READERS.items():
        client.force_login({"acme": acme, "ada": ada, "rhea": staff}[reader])
        client.get(reverse("fees"))  # which notes where they are signed in
        for name in names:
            url = _address(name, about)
            with CaptureQueriesContext(connection) as asked:
                answer = client.get(url)
            assert answer.status_code == 200, url
            told.append(f"{reader:5} {name:32} {len(asked):3} statements")
            most = MOST_OF_A_CONTRACT if name == "contracts:detail" else MOST
            if len(asked) > most:
                over[reader, name] = len(asked)
    assert over == {}, "\n".join(told)


# What is a list of something that the address names.
OF_ONE = {
    "jobs:received-proposals": "jobs",
    "jobs:invite": "jobs",
    "contracts:terms": "contracts",
    "contracts:spend-contract": "contracts",
    "contracts:detail": "contracts",
    "accounts:organisation": "accounts:organisation",
}


def _address(name: str, about: dict[str, str]) -> str:
    return reverse(name, args=[about[OF_ONE[name]]] if name in OF_ONE else [])
