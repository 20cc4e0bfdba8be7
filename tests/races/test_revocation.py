"""A role that is taken away: at the next request, and for whoever waits for a row meanwhile."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from accounts.models import Membership, User
from accounts.services import access_tokens, memberships
from accounts.services.sanctions import AccountIsRestricted
from contracts.models import (
    Consultation,
    Contract,
    Difference,
    Dispute,
    FormerPayoutAccount,
    LedgerTransaction,
    Link,
    Milestone,
    Operation,
    Slot,
    StripeEvent,
)
from contracts.services import (
    amendments,
    bonuses,
    book_differences,
    clawbacks,
    consultations,
    consulting,
    contracts,
    decisions,
    endings,
    funding,
    hours,
    inbox,
    instructions,
    links,
    milestones,
    offers,
    onboarding,
    operations,
    pauses,
)
from jobs.services import invitations, jobs, messages, received, typed
from marketplace.kit.money import Money
from tests import factories
from tests.conftest import NOON
from tests.contracts import agreed, disputed
from tests.contracts.hourly import MONDAY
from tests.races.conftest import Act, Other

pytestmark = pytest.mark.django_db(transaction=True)

# What somebody does, each with the row for which it waits.
Acts = Mapping[str, tuple[Any, Act]]


@pytest.fixture
def owen(acme) -> User:
    """A second owner of acme's organisation, until acme says otherwise."""
    user = factories.user("Owen")
    organisation = acme.memberships.get().organisation
    Membership.objects.create(
        organisation=organisation, user=user, role="owner", created_at=factories.LONG_AGO
    )
    return user


@pytest.fixture
def hiring(acme, ada, owen, offer) -> Acts:
    """What owen may do as an owner before there is a contract."""
    client = acme.memberships.get().organisation
    job, sent = factories.job(client), factories.proposal(factories.job(client), ada.expert)
    draft = factories.job(client, status="draft")
    talk = messages.begin(sent, text="Hello", files=(), by=acme, at=NOON).conversation
    terms = agreed.terms(sent, milestones=[agreed.part()])
    said: dict[str, Any] = {"by": owen, "at": NOON}
    return {
        "publish": (draft, lambda: jobs.publish(draft, **said)),
        "pause a job": (job, lambda: jobs.pause(job, **said)),
        "invite": (job, lambda: invitations.invite(job, ada.expert, note="", **said)),
        "keep what was typed": (draft, lambda: typed.keep(draft, "scope", {}, by=owen)),
        "shortlist": (sent.job, lambda: received.shortlist(sent, **said)),
        "block": (talk, lambda: messages.block(talk, **said)),
        "offer": (sent.job, lambda: offers.make(sent, **terms, **said)),
        "take an offer back": (offer.proposal.job, lambda: offers.withdraw(offer, **said)),
    }


@pytest.fixture
def paying(acme, ada, owen, submission, hourly, stripe) -> Acts:
    """What owen may do as an owner on a contract."""
    contract, held = submission.milestone.contract, submission.milestone
    begun = factories.contract(contract.organisation, ada.expert).milestones.get()
    funding.checkout_url(begun, by=acme, at=NOON)
    unpaid, bonus = contract.milestones.get(position=2), Money(250_00, "usd")
    week = {"starts_on": MONDAY, "minutes": 10 * 60}
    asked = amendments.propose_end(
        contract, shares={held.pk: held.amount}, message="", by=ada, at=NOON
    )
    said: dict[str, Any] = {"by": owen, "at": NOON}
    return {
        "fund": (contract, lambda: funding.checkout_url(unpaid, **said)),
        "stop paying": (begun.contract, lambda: funding.cancel(begun, **said)),
        "thank": (contract, lambda: bonuses.checkout_url(contract, bonus, **said)),
        "pay ahead": (hourly, lambda: hours.checkout_url(hourly, **week, **said)),
        "agree to an end": (contract, lambda: amendments.accept(asked, **said)),
        "approve": (contract, lambda: milestones.approve(submission, **said)),
        "ask for changes": (
            contract,
            lambda: milestones.ask_for_changes(submission, note="More", failing=[], **said),
        ),
        "pause": (
            contract,
            lambda: pauses.pause(contract, reason=pauses.PauseReason.OTHER, note="x", **said),
        ),
        "end": (
            contract,
            lambda: endings.end(contract, reason=Contract.EndReason.OTHER, note="x", **said),
        ),
    }


@pytest.fixture
def acts(hiring, paying) -> Acts:
    """All of that."""
    return {**hiring, **paying}


def outcomes(other: Other, row: Any, act: Act, demote: Act, *, waits: bool) -> Any:
    """Take the role away before an act begins, or while it waits for its row; return its end."""
    if not waits:
        demote()
        return other.begin_in_vain(act).result()
    with transaction.atomic():
        type(row)._base_manager.select_for_update(no_key=True).get(pk=row.pk)
        begun = other.begin_in_vain(act)
        other.wait_until_it_waits()
        demote()
    return begun.result()


def stale(
    acts, other: Other, acme: User, owen: User, turns: Iterator[tuple[str, bool]]
) -> list[Any]:
    """Return which acts went through with a role that had been taken away."""
    organisation = acme.memberships.get().organisation

    def give(role: str) -> None:
        memberships.change_role(organisation, owen, role=role, by=acme, at=NOON)

    found = []
    for name, waits in turns:
        end = outcomes(other, *acts[name], lambda: give("viewer"), waits=waits)
        if not isinstance(end, PermissionDenied):
            found.append((name, waits, end))
        give("owner")
    return found


def test_an_owner_may_do_all_of_this(acts, other):
    """So that what is refused below is refused for the role."""
    ends = {name: other.begin_in_vain(act).result() for name, (_row, act) in acts.items()}

    assert [name for name, end in ends.items() if isinstance(end, PermissionDenied)] == []


def test_whoever_waits_for_a_row_has_the_role_they_have_when_it_comes(acts, other, acme, owen):
    assert stale(acts, other, acme, owen, iter([(name, True) for name in acts])) == []


@pytest.fixture
def fay() -> User:
    """One of our staff with every duty there is, until somebody says otherwise."""
    return disputed.let_decide(factories.finance("Fay"))


@pytest.fixture
def in_part(submission, acme) -> Milestone:
    """A milestone of which ten dollars were released."""
    milestone: Milestone = submission.milestone
    milestones.release_part(milestone, Money(10_00, "usd"), number=1, by=acme, at=NOON)
    return milestone


@pytest.fixture
def stuck(ada, in_part) -> Operation:
    """The transfer of them: blocked, and its account has been replaced by another."""
    factories.payout_account(ada.expert)
    operation = Operation.objects.get()
    FormerPayoutAccount.objects.create(
        expert=ada.expert, stripe_id="acct_former", replaced_at=NOON - timedelta(days=1)
    )
    operation.params["destination"] = "acct_former"
    operation.save(update_fields=["params"])
    operation.move("block", by=None, at=NOON)
    return operation


@pytest.fixture
def unsettled(pay, acme, ada, in_part) -> Dispute:
    """A dispute about the other milestone, which waits for our staff."""
    second = in_part.contract.milestones.get(position=2)
    pay(second)
    dispute = disputed.opened(second, by=acme)
    return disputed.unsettled(disputed.answered(dispute, by=ada, wants=1_000_01))


@pytest.fixture
def extra(in_part) -> Difference:
    """A posting that Stripe does not know, as far as our staff were told."""
    posting = LedgerTransaction.objects.latest("pk")
    kind, day = Difference.Kind.EXTRA, NOON.date()
    found = book_differences.Found(kind, posting.idem_key, day, posting=posting)
    [row] = book_differences.report([found], at=NOON)
    return row


@pytest.fixture
def ignored(db) -> StripeEvent:
    """An event of which we made nothing."""
    event = agreed.told("a.type.of.tomorrow", "x_1")
    event.move("ignore", by=None, at=NOON)
    return event


@pytest.fixture
def staff(fay, in_part, stuck, unsettled, extra, ignored) -> Acts:
    """What fay may do by one duty or the other."""
    contract, a_dollar = in_part.contract, Money(1_00, "usd")
    link = Link.objects.create(
        organisation=contract.organisation, expert=contract.expert, kind="network", seen_at=NOON
    )
    by: dict[str, Any] = {"by": fay, "at": NOON}
    said = {"reason": "Asked for"} | by
    return {
        "decide a dispute": (contract, lambda: decisions.take(unsettled, **by)),
        "take a posting back": (extra, lambda: book_differences.take_back(extra, **said)),
        "handle an event again": (ignored, lambda: inbox.replay(ignored, **said)),
        "judge a link": (link, lambda: links.dismiss(link, **said)),
        "send it elsewhere": (stuck, lambda: onboarding.send_to_new_account(stuck, **by)),
        "return": (contract, lambda: instructions.return_held(in_part, a_dollar, **said)),
        "take back": (contract, lambda: clawbacks.decide(in_part, a_dollar, **said)),
        "stop the money": (contract, lambda: contracts.stop_money(contract, **said)),
        "let it move": (contract, lambda: contracts.let_money_move(contract, **said)),
        "try again": (stuck, lambda: operations.try_again(stuck, **said)),
    }


def test_our_staff_may_do_all_of_this(staff, other):
    ends = {name: other.begin_in_vain(act).result() for name, (_row, act) in staff.items()}

    assert [(name, end) for name, end in ends.items() if isinstance(end, Exception)] == []


def test_whoever_of_our_staff_waits_has_the_duty_they_have_when_it_comes(staff, other, fay):
    duties, went_through = [*fay.groups.all()], []
    for name, (row, act) in staff.items():
        end = outcomes(other, row, act, fay.groups.clear, waits=True)
        if not isinstance(end, PermissionDenied):
            went_through.append((name, end))
        fay.groups.set(duties)

    assert went_through == []


@pytest.fixture
def slot(ada) -> Slot:
    """A time that ada offers."""
    consulting.set_price(ada.expert, Money(80_00, "usd"), by=ada)
    start = NOON + timedelta(days=3)
    return consulting.offer_times(ada.expert, [start], minutes=30, by=ada, at=NOON)[0]


@pytest.fixture
def beginning(offer, slot, acme, ada) -> Acts:
    """What nobody begins with a sanction in force."""
    organisation, later = acme.memberships.get().organisation, slot.starts_at + timedelta(days=1)
    draft, job = factories.job(organisation, status="draft"), factories.job(organisation)
    sent, by_acme = factories.proposal(job, ada.expert), {"by": acme, "at": NOON}
    terms = agreed.terms(sent, milestones=[agreed.part()])
    book = {"organisation": organisation, "question": "Which model?"} | by_acme
    offered = {"minutes": 30, "by": ada, "at": NOON}
    return {
        "publish": (draft, lambda: jobs.publish(draft, **by_acme)),
        "offer": (job, lambda: offers.make(sent, **terms, **by_acme)),
        "accept": (offer.proposal.job, lambda: offers.accept(offer, by=ada, at=NOON)),
        "book": (slot, lambda: consultations.checkout_url(slot, **book)),
        "offer times": (
            ada.expert,
            lambda: consulting.offer_times(ada.expert, [later], **offered),
        ),
    }


def stand(standing: str) -> None:
    """Let everybody have this standing."""
    User.objects.update(standing=standing)


def test_whoever_waits_for_a_row_has_the_standing_they_have_when_it_comes(beginning, other):
    went_through = []
    for name, (row, act) in beginning.items():
        end = outcomes(other, row, act, lambda: stand("limited"), waits=True)
        if not isinstance(end, AccountIsRestricted):
            went_through.append((name, end))
        stand("good")

    assert went_through == []


def test_a_time_is_kept_for_nobody_who_may_not_pay_when_they_have_it(slot, owen, acme, other):
    organisation = acme.memberships.get().organisation
    said: dict[str, Any] = {"organisation": organisation, "question": "Which model?", "at": NOON}
    with transaction.atomic():
        Slot.objects.select_for_update(no_key=True).get()
        begun = other.begin(lambda: consultations.checkout_url(slot, by=owen, **said))
        other.wait_until_it_waits()
        memberships.change_role(organisation, owen, role="viewer", by=acme, at=NOON)

    assert isinstance(begun.exception(), PermissionDenied)
    assert not Consultation.objects.exists()


@pytest.mark.drills
def test_none_of_a_thousand_goes_through(acts, other, acme, owen):
    random = Random(8)  # noqa: S311 (chooses what to try)
    turns = ((random.choice([*acts]), random.random() < 0.5) for _ in range(1_000))

    assert stale(acts, other, acme, owen, turns) == []


@pytest.mark.parametrize("way", ["session", "token", "part of a page"])
def test_the_next_request_is_refused(acme, owen, way):
    organisation = acme.memberships.get().organisation
    first, second = factories.job(organisation), factories.job(organisation)
    client, ask = Client(), "jobs:pause"
    if way == "token":
        _row, secret = access_tokens.issue(
            name="CRM", scopes=["jobs:write"], days=30, by=owen, at=now()
        )
        client, ask = Client(headers={"Authorization": f"Bearer {secret}"}), "api:pause-job"
    else:
        client.force_login(owen)
    headers = {"HX-Request": "true"} if way == "part of a page" else {}

    def pause(job) -> Any:
        address = reverse(ask, args=[job.public_id])
        if way == "token":
            return client.post(address, {}, content_type="application/json")
        return client.post(address, headers=headers)

    before = pause(first)
    memberships.change_role(organisation, owen, role="viewer", by=acme, at=NOON)
    after = pause(second)

    assert before.status_code in (200, 204, 302)
    assert after.status_code == 403
    second.refresh_from_db()
    assert second.status == "open"
