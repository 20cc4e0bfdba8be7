"""However many rows are behind it, a list is opened with a dozen statements.

There are more rows than statements allowed, so that a list which asks once a row cannot pass.
"""

import gzip

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models.user import DISPUTES, FINANCE, REVIEWERS
from experts.models import Expert, Skill
from jobs.models import Job
from tests.crowd import gather

MOST = 12
# What a page may weigh with all it loads, in bytes as sent; the page itself is the part that grows.
HEAVIEST = 75_000
# Pages of one thing and all that belongs to it, each of another kind of row; nothing is read twice.
OTHER_BOUNDS = {
    "contracts:detail": 19,  # work, money, papers, talk, what went wrong
    "jobs:detail": 15,  # the job, its client's record, and where the expert stands with it
    "jobs:propose": 18,  # a draft with all its parts, the job's parts, badges, slots, the guard
    "admin:payments:index": 15,  # nine short lists
}
ROWS = 14

OF_CLIENTS = (
    *("home", "jobs:client-jobs", "jobs:received-proposals", "jobs:invite", "jobs:board"),
    *("contracts:index", "contracts:messages", "contracts:documents", "contracts:terms"),
    *("contracts:spend", "contracts:spend-statements", "contracts:spend-contract"),
    *("contracts:detail", "contracts:workroom", "contracts:decisions"),
    "jobs:detail",
    *("accounts:notifications", "accounts:organisation", "accounts:sanctions"),
    *("experts:saved", "experts:search", "experts:searches"),
)
OF_EXPERTS = (
    *("jobs:detail", "jobs:propose"),
    *("home", "jobs:board", "jobs:proposals", "jobs:matches", "jobs:alerts", "jobs:searches"),
    *("contracts:index", "contracts:messages"),
    *("contracts:earnings", "contracts:earnings-statements", "contracts:detail"),
    *("contracts:documents", "contracts:workroom"),
    *("accounts:notifications", "accounts:sanctions", "experts:applications"),
)
OF_STAFF = (
    *("home", "admin:vetting:queue", "admin:vetting:badges", "admin:vetting:reviewers"),
    *("admin:disputes:queue", "admin:chargebacks:index", "admin:clawbacks:index"),
    *("admin:differences:index", "admin:flags:index", "admin:jobs-in-review:index"),
    *("admin:sanctions:index", "admin:mails:index", "admin:health:index", "admin:payments:index"),
)
READERS = {"acme": OF_CLIENTS, "ada": OF_EXPERTS, "rhea": OF_STAFF}


@pytest.fixture
def staff(rhea):
    """Rhea does every duty."""
    for duty in (REVIEWERS, DISPUTES, FINANCE):
        rhea.groups.add(Group.objects.get_or_create(name=duty)[0])
    return rhea


def test_every_list_is_opened_with_a_dozen_statements(client, acme, ada, staff):
    _open_every_list(ROWS, client, acme, ada, staff)


@pytest.mark.parametrize("name", ["experts:search", "jobs:board"])
@pytest.mark.parametrize("reader", [None, "acme", "ada"])
def test_a_search_asks_no_more_when_nothing_kept_holds(name, reader, client, acme, ada, staff):
    gather(ROWS, client=acme, expert=ada, staff=staff)
    if reader:
        client.force_login({"acme": acme, "ada": ada}[reader])
    client.get(reverse(name))  # which notes where they are signed in
    for table in (Skill, Expert, Job):
        table.objects.update(id=F("id"))  # which makes every row another version
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(reverse(name), {"q": "a chatbot that answers", "language": "en"})
    assert answer.status_code == 200
    assert len(asked) <= MOST, [query["sql"][:90] for query in asked]


@pytest.mark.drills
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("count", [500, 10_000])
def test_with_many_rows_behind_each_it_is_no_more(count, client, acme, ada, staff):
    # Each kind of row is its own transaction: in one alone, a row that a trigger counts others with
    # gets slower to find with every version of it.
    _open_every_list(count, client, acme, ada, staff)


def _open_every_list(count, client, acme, ada, staff):
    """Write so many rows behind each list, open it, and hold it to its bound and its weight."""
    crowd = gather(count, client=acme, expert=ada, staff=staff)
    about = {
        "jobs": crowd.job.public_id,
        "draft": crowd.draft.job.public_id,
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
            weight = len(gzip.compress(answer.content))
            told.append(f"{reader:5} {name:32} {len(asked):3} statements {weight:6} bytes")
            if len(asked) > OTHER_BOUNDS.get(name, MOST) or weight > HEAVIEST:
                over[reader, name] = len(asked), weight
    assert over == {}, "\n".join(told)


# What is a list of something that the address names.
OF_ONE = {
    "jobs:received-proposals": "jobs",
    "jobs:invite": "jobs",
    "jobs:detail": "draft",
    "jobs:propose": "draft",
    "contracts:terms": "contracts",
    "contracts:spend-contract": "contracts",
    "contracts:detail": "contracts",
    "contracts:workroom": "contracts",
    "accounts:organisation": "accounts:organisation",
}


def _address(name: str, about: dict[str, str]) -> str:
    return reverse(name, args=[about[OF_ONE[name]]] if name in OF_ONE else [])
