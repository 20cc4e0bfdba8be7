"""How the marketplace does: five shares over twelve months, each with what it is a share of."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from contracts.models import Payment
from contracts.selectors import health
from contracts.services import disputes
from contracts.services.statements import Told
from experts.models import Review
from jobs.models import Job, Proposal
from marketplace.kit.money import Money
from tests import factories
from tests.conftest import NOON

TODAY = date(2030, 3, 15)
JANUARY = 9  # the place of January in the twelve months that end in March


def share(name: str) -> health.Share:
    [found] = [row for row in health.shares(TODAY) if row.name == name]
    return found


def counted(name: str) -> tuple[int, int]:
    """What January's part and whole are."""
    january = share(name).months[JANUARY]
    return january.part, january.whole


def test_there_are_twelve_months_and_an_empty_one_has_no_share(contract):
    for found in health.shares(date(2031, 6, 1)):
        assert len(found.months) == 12
        assert found.year.percent is None


@pytest.fixture
def jobs(acme, ada):
    """Three jobs ended in January, one of them with a hire; a proposal was never opened."""
    organisation = acme.memberships.get().organisation
    rows = [factories.job(organisation, closed_at=NOON, status="closed") for _ in range(3)]
    factories.proposal(rows[0], ada.expert, status="hired", viewed_at=NOON)
    factories.proposal(rows[1], ada.expert, status="closed", viewed_at=None)
    factories.proposal(rows[2], ada.expert, status="withdrawn", viewed_at=None)
    factories.job(organisation)  # still open
    return rows


def test_jobs_and_proposals(jobs):
    assert counted("Fill rate") == (1, 3)
    assert counted("Ghost rate") == (1, 2)
    assert share("Fill rate").year.percent == 33


def test_a_month_that_is_over_rises_by_later_disputes_and_not_by_late_reading(
    jobs, contract, pay, acme
):
    Proposal.objects.filter(viewed_at=None).update(viewed_at=NOON + timedelta(days=60))
    assert counted("Ghost rate") == (1, 2)
    milestone = contract.milestones.get(position=1)
    pay(milestone)
    assert counted("Dispute rate") == (0, 1)
    told, later = Told("It is late."), NOON + timedelta(days=33)
    disputes.open_on(milestone, wants=Money(0, "usd"), told=told, by=acme, at=later)

    assert counted("Dispute rate") == (1, 1)


def test_what_ended_before_or_after_a_month_is_not_its(jobs):
    Job.objects.filter(pk=jobs[0].pk).update(closed_at=NOON - timedelta(days=1))
    Job.objects.filter(pk=jobs[1].pk).update(closed_at=NOON + timedelta(days=31))

    assert [month.whole for month in share("Fill rate").months][8:11] == [1, 1, 1]
    assert Proposal.objects.filter(job__in=jobs).count() == 3


def test_payments_and_disputes(contract, pay, acme):
    for milestone in contract.milestones.all():
        pay(milestone)
    disputed = contract.milestones.get(position=1)
    disputes.open_on(disputed, wants=Money(0, "usd"), told=Told("It is late."), by=acme, at=NOON)

    assert counted("Dispute rate") == (1, Payment.objects.count())


def test_badges_and_reviewers(ada):
    skill = factories.skill("evals")
    granted, rejected = (
        factories.application(
            factories.expert(factories.user(name)), skill, status=status, decided_at=NOON, round=1
        )
        for name, status in (("Bo", "granted"), ("Cy", "rejected"))
    )
    for case, verdicts in ((granted, ("granted", "granted")), (rejected, ("granted", "rejected"))):
        for seat, verdict in zip(("first", "second"), verdicts, strict=True):
            Review.objects.create(
                application=case, round=1, seat=seat, reviewer=factories.judge(f"{case} {seat}"),
                created_at=NOON, given_at=NOON, verdict=verdict, status="given",
            )  # fmt: skip

    assert counted("Badge pass rate") == (1, 2)
    assert counted("Reviewer agreement") == (1, 2)


def test_the_page_is_for_staff_and_asks_a_fixed_number_of_questions(
    client, jobs, ada, rhea, django_assert_max_num_queries
):
    address = reverse("admin:health:index")
    client.force_login(ada)
    assert client.get(address).status_code == 403
    client.force_login(rhea)
    client.get(address)

    with django_assert_max_num_queries(9):
        page = client.get(address).text

    assert "Jobs that ended with a hire" in page
    assert page.count("Show as a table") == 5
