"""Where a reader can go depends on what they may do, and costs one query."""

import re

import pytest
from django.contrib.auth.models import AnonymousUser, Group
from django.contrib.sessions.backends.base import SessionBase
from django.urls import reverse

from accounts.models import Flag, Membership, Organisation, Sanction
from accounts.models.user import DISPUTES, FINANCE, REVIEWERS
from jobs.models import Job
from marketplace.context import Nav, remember_capacity
from tests import factories
from tests.conftest import NOON


@pytest.fixture
def nav_of(rf):
    def look(user, path="/", capacity=None, **headers):
        request = rf.get(path, headers=headers)
        request.user = user
        request.session = SessionBase()
        if capacity:
            request.session["capacity"] = capacity
        return Nav(request)

    return look


@pytest.fixture
def both(ada):
    """Ada, who also owns an organisation."""
    organisation = Organisation.objects.create(name="Okonkwo Ltd", country="GB", created_at=NOON)
    Membership.objects.create(organisation=organisation, user=ada, role="owner", created_at=NOON)
    return ada


def labels(items):
    return [str(item.label) for item in items]


def test_a_visitor_finds_both_sides_and_the_vetting(nav_of):
    nav = nav_of(AnonymousUser())
    assert labels(nav.items) == ["Find experts", "Find work", "How vetting works"]
    assert nav.action.url == "/post/"
    assert nav.unread == 0


def test_a_client_finds_their_jobs_and_may_post(nav_of, acme):
    nav = nav_of(acme)
    assert labels(nav.items) == ["Find experts", "My jobs", "Contracts", "Messages", "Spend"]
    assert nav.action.url == "/post/"
    assert nav.switches == []


def test_a_member_who_moves_no_money_is_not_led_to_the_spend(nav_of, acme):
    acme.memberships.update(role=Membership.Role.HIRING)

    assert labels(nav_of(acme).items) == ["Find experts", "My jobs", "Contracts", "Messages"]


def test_an_expert_finds_their_work_and_earnings(nav_of, ada):
    nav = nav_of(ada)
    assert labels(nav.items) == ["Find work", "Proposals", "Contracts", "Messages", "Earnings"]
    assert nav.action is None


def test_a_newcomer_is_led_to_the_start(nav_of, mallory):
    assert nav_of(mallory).action.url == "/start/"


@pytest.mark.parametrize(
    ("duty", "desk"),
    [(REVIEWERS, "Vetting queue"), (DISPUTES, "Disputes"), (FINANCE, "Payments"), ("", "Records")],
)
def test_staff_also_find_the_desk_of_their_duty_and_no_other(nav_of, rhea, duty, desk):
    rhea.groups.set([Group.objects.get_or_create(name=duty)[0]])

    items = list(nav_of(rhea).items)

    assert [item.label for item in items if item.name.startswith("admin:")] == [desk]


def test_the_admins_first_page_has_the_workbenches_of_ones_duties(client, rhea):
    rhea.groups.set([Group.objects.get_or_create(name=FINANCE)[0]])
    client.force_login(rhea)

    page = client.get("/admin/").content.decode()

    assert "/admin/chargebacks/" in page
    assert "/admin/vetting/" not in page
    assert "/admin/disputes/" not in page


def test_staff_see_on_every_page_what_waits_for_any_of_them(
    client, nav_of, rhea, ada, acme, django_assert_num_queries
):
    organisation = acme.memberships.get().organisation
    factories.job(organisation, status=Job.Status.IN_REVIEW, published_at=None)
    said = {
        "kind": "job",
        "about": "job_1",
        "reason": "spam",
        "by": ada,
        "created_at": NOON,
        "status": "open",
    }
    Flag.objects.bulk_create([Flag(**said), Flag(**said | {"about": "job_2"})])
    limit = {"user": ada, "level": "limit", "rule_code": "M1", "facts": "x", "proposed_by": rhea}
    Sanction.objects.create(**limit, proposed_at=NOON, days=7, status="proposed")

    with django_assert_num_queries(1):
        waits = {str(bench.item.label): bench.waiting for bench in nav_of(rhea).benches}

    shown = {"Reports": 2, "Jobs to look at": 1, "Sanctions": 1}
    assert {name: waits[name] for name in shown} == shown
    client.force_login(rhea)
    for address in ("/admin/", "/admin/password_change/", "/admin/flags/", "/settings/"):
        page = client.get(address, follow=True).text
        assert all(f"{name} ({count})" in page for name, count in shown.items()), address
    assert nav_of(ada).benches == []


def test_who_does_both_acts_in_the_capacity_chosen_last(nav_of, both):
    assert nav_of(both).role == "client"
    assert nav_of(both, capacity="expert").role == "expert"
    assert nav_of(both, capacity="expert").switches == [("client", "Switch to hiring")]


def test_a_capacity_one_does_not_have_is_ignored(nav_of, acme):
    request = nav_of(acme).request
    remember_capacity(request, "expert")
    assert "capacity" not in request.session


def test_the_place_one_is_in_is_marked(nav_of, acme):
    current = [
        item.url for item in nav_of(acme, "/contracts/ctr_000000000001/").items if item.is_current
    ]
    assert current == ["/contracts/"]


def test_the_whole_menu_costs_one_query(nav_of, both, django_assert_num_queries):
    nav = nav_of(both)
    with django_assert_num_queries(1):
        assert list(nav.items)
        assert list(nav.account_items)
        assert nav.unread == 0
        assert nav.switches


def test_a_fragment_pays_nothing_for_the_menu(nav_of, ada, django_assert_num_queries):
    with django_assert_num_queries(0):
        nav_of(ada)


def test_the_way_back_is_a_page_of_ours(nav_of, acme):
    assert nav_of(acme, "/x/", Referer="http://testserver/jobs/").back == "http://testserver/jobs/"
    assert nav_of(acme, "/x/", Referer="https://elsewhere.example/").back == "/x/"
    assert nav_of(acme, "/x/", Referer="javascript:alert(1)").back == "/x/"


def test_switching_is_a_post_and_is_remembered(client, both):
    client.force_login(both)
    assert client.get(reverse("switch-capacity")).status_code == 405
    client.post(reverse("switch-capacity"), {"capacity": "expert"})
    assert client.session["capacity"] == "expert"


def test_a_page_says_in_development_how_many_statements_it_took(client, db):
    assert re.fullmatch(r'db;desc="\d+ statements"', client.get("/fees/").headers["Server-Timing"])
