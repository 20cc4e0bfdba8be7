"""What every page knows: the site's name, and where the reader can go from here."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import connection
from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise, SimpleLazyObject, cached_property
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from accounts.models import Flag, Membership, Notification, Preference, Sanction, User
from accounts.models.user import DISPUTES, FINANCE, REVIEWERS
from accounts.policies import PAYING
from experts.models import Expert
from jobs.models import Job

CLIENT, EXPERT = "client", "expert"
CAPACITIES = {CLIENT: _("Hiring"), EXPERT: _("Working as an expert")}
SWITCHES = {CLIENT: _("Switch to hiring"), EXPERT: _("Switch to working")}
# A client's member who also moves its money.
PAYER = "payer"
SESSION_KEY = "capacity"

Text = str | Promise


@dataclass(frozen=True)
class Item:
    """One way to go."""

    label: Text
    name: str
    icon: str = ""
    is_current: bool = False

    @property
    def url(self) -> str:
        """Its address."""
        return reverse(self.name)


FIND_EXPERTS = Item(_("Find experts"), "experts:search", "search")
MESSAGES = Item(_("Messages"), "contracts:messages", "msg")
FIND_WORK = Item(_("Find work"), "jobs:board", "bag")
MAIN_ITEMS = {
    "visitor": (
        FIND_EXPERTS,
        FIND_WORK,
        Item(_("How vetting works"), "how-vetting-works", "shield"),
    ),
    CLIENT: (
        FIND_EXPERTS,
        Item(_("My jobs"), "jobs:client-jobs", "file"),
        Item(_("Contracts"), "contracts:index", "lock"),
        MESSAGES,
    ),
    PAYER: (
        FIND_EXPERTS,
        Item(_("My jobs"), "jobs:client-jobs", "file"),
        Item(_("Contracts"), "contracts:index", "lock"),
        MESSAGES,
        Item(_("Spend"), "contracts:spend", "coins"),
    ),
    EXPERT: (
        FIND_WORK,
        Item(_("Proposals"), "jobs:proposals", "mail"),
        Item(_("Contracts"), "contracts:index", "lock"),
        MESSAGES,
        Item(_("Earnings"), "contracts:earnings", "coins"),
    ),
}
POST_A_JOB = Item(_("Post a job"), "jobs:choose-use-case", "plus")
GET_STARTED = Item(_("Get started"), "accounts:start", "next")


@dataclass(frozen=True)
class Bench:
    """Where staff work, for whom it is, on what, and under which name it is counted what waits."""

    duty: str
    item: Item
    what: Text
    counted: str = ""
    waiting: int = 0


# For which no duty is needed but to be of our staff.
STAFF = "is_staff"
# In the main menu is the first of somebody's duties; the account menu and every page of records
# have all of them.
BENCHES = (
    Bench(
        REVIEWERS,
        Item(_("Vetting queue"), "admin:vetting:queue", "check"),
        _("Applications that wait for a decision"),
    ),
    Bench(
        DISPUTES,
        Item(_("Disputes"), "admin:disputes:queue", "swap"),
        _("Disputes that wait for a decision"),
    ),
    Bench(
        FINANCE,
        Item(_("Payments"), "admin:payments:index", "lock"),
        _("Everything about money that waits for a person"),
    ),
    Bench(
        FINANCE,
        Item(_("Chargebacks"), "admin:chargebacks:index"),
        _("Payments that clients' banks question or took back, and the answers due"),
    ),
    Bench(
        FINANCE,
        Item(_("Clawbacks"), "admin:clawbacks:index"),
        _("Released money on its way back to a client"),
    ),
    Bench(
        FINANCE,
        Item(_("Linked accounts"), "admin:links:index"),
        _("What clients and the experts they hired have in common"),
    ),
    Bench(
        FINANCE,
        Item(_("Payouts to look at"), "admin:payouts:index"),
        _("Money that waits for a person before it leaves"),
    ),
    Bench(
        FINANCE,
        Item(_("Reconciliation"), "admin:differences:index"),
        _("What Stripe's book and ours do not agree on"),
    ),
    Bench(
        STAFF,
        Item(_("Reports"), "admin:flags:index", "alert"),
        _("What people have told us about jobs, clients, profiles, proposals and messages"),
        "waiting_flags",
    ),
    Bench(
        STAFF,
        Item(_("Jobs to look at"), "admin:jobs-in-review:index", "bag"),
        _("Jobs that experts see once somebody of our staff has looked at them"),
        "waiting_jobs",
    ),
    Bench(
        STAFF,
        Item(_("Sanctions"), "admin:sanctions:index", "shield"),
        _("Notices, limits, suspensions and bans, and the appeals against them"),
        "waiting_sanctions",
    ),
    Bench(
        STAFF,
        Item(_("Sessions"), "admin:sessions:index", "lock"),
        _("Where somebody is signed in, to end it for them"),
    ),
    Bench(
        STAFF,
        Item(_("Marketplace health"), "admin:health:index", "info"),
        _("How many jobs are filled, proposals read, badges granted, payments disputed"),
    ),
    Bench(
        STAFF,
        Item(_("Mails"), "admin:mails:index", "mail"),
        _("What waits to be sent, and how every mail looks"),
    ),
)
DUTIES = (REVIEWERS, DISPUTES, FINANCE)
RECORDS = Item(_("Records"), "admin:index", "file")


def what_waits() -> dict[str, Coalesce]:
    """Count what waits for any of our staff, as parts of another query."""
    return {
        "waiting_flags": _count_of(Flag.objects.filter(status=Flag.Status.OPEN)),
        "waiting_jobs": _count_of(Job.objects.filter(status=Job.Status.IN_REVIEW)),
        "waiting_sanctions": _count_of(
            Sanction.objects.filter(status=Sanction.Status.PROPOSED) | Sanction.objects.to_answer()
        ),
    }


def _count_of(rows: QuerySet[Any]) -> Coalesce:
    alike = rows.order_by().annotate(all=Value(1)).values("all")
    return Coalesce(Subquery(alike.annotate(count=Count("pk")).values("count")), 0)


# What the reader has not read, without the kinds of news they do not want to see in the app.
HIDDEN = Preference.objects.filter(user=OuterRef("user"), kind=OuterRef("kind"), in_app=False)
UNREAD = Notification.objects.unread().filter(~Exists(HIDDEN), user=OuterRef("pk"))
# Stands for the reader's key where it is not known yet; nobody has it.
READER = -1


@cache
def question(*, for_staff: bool) -> tuple[Sequence[str], str, Sequence[Any]]:
    """Return what every page asks about its reader: the names of the facts, the SQL, its values.

    It is written once for all readers: writing it takes Django four times as long as Postgres takes
    to answer it, and a third of all the work on a small page.
    """
    waits = what_waits() if for_staff else {}
    facts = (
        User.objects.filter(pk=READER)
        .annotate(
            is_client=Exists(Membership.objects.filter(user=OuterRef("pk"))),
            is_payer=Exists(Membership.objects.filter(user=OuterRef("pk"), role__in=PAYING)),
            is_expert=Exists(Expert.objects.filter(user=OuterRef("pk"))),
            unread=_count_of(UNREAD),
            **{
                duty: Exists(Group.objects.filter(user=OuterRef("pk"), name=duty))
                for duty in DUTIES
            },
            **waits,
        )
        .order_by()
    )
    names = (STAFF, "is_client", "is_payer", "is_expert", "unread", *DUTIES, *waits)
    sql, given = facts.values_list(*names).query.sql_with_params()
    return names, sql, given


class Nav:
    """Where one reader can go. Built only when a template asks: a fragment costs no query."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.user = getattr(request, "user", None)

    @cached_property
    def person(self) -> str:
        """The reader's name."""
        return self.user.shown_name if isinstance(self.user, User) else ""

    @cached_property
    def facts(self) -> Mapping[str, Any]:
        """What decides the items, in one query."""
        if not isinstance(self.user, User):
            return {}
        names, sql, given = question(for_staff=self.user.is_staff)
        with connection.cursor() as cursor:
            cursor.execute(sql, [self.user.pk if value == READER else value for value in given])
            return dict(zip(names, cursor.fetchone(), strict=True))

    @cached_property
    def capacities(self) -> list[str]:
        """In which capacities the reader may act."""
        return [name for name in CAPACITIES if self.facts.get(f"is_{name}")]

    @cached_property
    def role(self) -> str:
        """The capacity the reader acts in now: the one last chosen, else the first they have."""
        # A request refused before its session was opened (a wrong host) still gets a page.
        chosen = getattr(self.request, "session", {}).get(SESSION_KEY)
        return chosen if chosen in self.capacities else (self.capacities or ["visitor"])[0]

    @property
    def capacity_label(self) -> Text:
        """The same in words."""
        return CAPACITIES.get(self.role, "")

    @property
    def items(self) -> Iterator[Item]:
        """The main menu; at most five, or the phone's bar would not hold them."""
        is_payer = self.role == CLIENT and self.facts.get("is_payer")
        for item in MAIN_ITEMS[PAYER if is_payer else self.role]:
            yield self.seen_from_here(item)
        if getattr(self.user, "is_staff", False):
            first = next((bench for bench in self.benches if bench.duty != STAFF), None)
            yield self.seen_from_here(first.item if first else RECORDS)

    @property
    def benches(self) -> list[Bench]:
        """Where the reader works, if they are staff, with how much waits there."""
        everything = getattr(self.user, "is_superuser", False)
        return [
            replace(bench, waiting=self.facts.get(bench.counted, 0))
            for bench in BENCHES
            if everything or self.facts.get(bench.duty)
        ]

    @property
    def action(self) -> Item | None:
        """The one button beside the menu."""
        if self.facts and not self.capacities:
            return GET_STARTED
        return None if self.role == EXPERT else POST_A_JOB

    @property
    def unread(self) -> int:
        """How many notices wait."""
        return int(self.facts.get("unread", 0))

    @property
    def switches(self) -> list[tuple[str, Promise]]:
        """The capacities the reader could change to, with what to call the change."""
        return [(name, SWITCHES[name]) for name in self.capacities if name != self.role]

    @property
    def account_items(self) -> Iterator[Item]:
        """What the account menu leads to."""
        yield Item(_("Your to-do list"), "home", "home")
        if EXPERT in self.capacities:
            yield Item(_("Your profile"), "experts:edit-profile", "user")
        if len(self.capacities) < len(CAPACITIES):
            yield Item(_("Hire or work here"), "accounts:start", "plus")
        yield Item(_("Settings"), "accounts:settings", "edit")
        yield Item(_("Sign-in and security"), "mfa_index", "key")

    @property
    def back(self) -> str:
        """The page of ours the reader came from; after a refused form, the one to reload."""
        came_from = self.request.headers.get("Referer", "")
        ours = url_has_allowed_host_and_scheme(came_from, {self.request.get_host()})
        return came_from if ours else self.request.path

    @property
    def here(self) -> str:
        """The address of the page, to come back to it."""
        return self.request.get_full_path()

    @property
    def zone(self) -> str:
        """The zone every time on the page is written in."""
        return timezone.localtime().tzname() or ""

    def seen_from_here(self, item: Item) -> Item:
        return replace(item, is_current=self.request.path.startswith(item.url))


def remember_capacity(request: HttpRequest, capacity: str) -> None:
    """Act in this capacity from now on; one the reader does not have is ignored."""
    if capacity in Nav(request).capacities:
        request.session[SESSION_KEY] = capacity


def site(request: HttpRequest) -> dict[str, object]:
    """Return the values of `base.html`."""
    return {
        "SITE_NAME": settings.SITE_NAME,
        "SITE_URL": settings.SITE_URL,
        "nav": SimpleLazyObject(lambda: Nav(request)),
    }
