"""What comparable work was agreed at, beside the budget a client thinks about."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import now

from contracts.models import Contract
from jobs.models import Job, JobSkill
from jobs.selectors import benchmarks
from jobs.selectors.benchmarks import Likeness
from marketplace.kit.money import Money
from tests import factories
from tests.jobs import written
from tests.laid import laid

RECENTLY = timedelta(days=30)


def usd(whole):
    return Money(whole * 100, "usd")


@laid
def agreed(acme, ada) -> Contract:
    """Twenty contracts of one use case, of $1,000 to $20,000, begun last month."""
    organisation = acme.memberships.get().organisation
    for thousand in range(1, 21):
        halves = (thousand * 1_000_00 - 400_00, 400_00)
        row = factories.contract(organisation, ada.expert, amounts=halves)
        Contract.objects.filter(pk=row.pk).update(started_at=now() - RECENTLY)
    return row


def whole(use_case=None, skill=None, budget=(None, None)):
    found = benchmarks.benchmarks(
        use_case or factories.use_case(), skill, budget=budget, max_rate=None, at=now()
    )
    return found[0]


def test_twenty_contracts_of_the_use_case_make_quartiles(agreed, django_assert_num_queries):
    use_case = factories.use_case()
    with django_assert_num_queries(1):
        found = whole(use_case)

    assert (found.agreed.likeness, found.agreed.count) == (Likeness.USE_CASE, 20)
    assert list(found.agreed.quartiles) == [usd(5_750), usd(10_500), usd(15_250)]
    assert found.is_shown


@pytest.mark.parametrize(
    "change",
    [
        {"started_at": factories.LONG_AGO - timedelta(days=9_000)},
        {"status": Contract.Status.CANCELLED},
        {"kind": Contract.Kind.HOURLY, "rate_minor": 90_00, "weekly_minutes": 600},
        {"currency": "eur"},
    ],
    ids=["older than a year", "never paid", "by the hour", "of another currency"],
)
def test_what_does_not_compare_is_not_counted_and_of_nineteen_nothing_is_told(agreed, change):
    Contract.objects.filter(pk=agreed.pk).update(**change)

    found = whole(budget=(usd(1_000), usd(2_000)))

    assert (found.agreed.count, found.is_shown, found.place) == (19, False, "")


def test_where_the_use_case_is_rare_the_first_must_have_compares_and_then_all(agreed):
    rare, skill = factories.use_case("rare"), factories.skill("evals")
    assert whole(rare, skill).agreed.likeness == Likeness.ALL

    for job in Job.objects.all():
        JobSkill.objects.create(job=job, skill=skill, is_must=True, level=1)

    assert whole(rare, skill).agreed.likeness == Likeness.SKILL
    assert whole(rare, factories.skill("rag")).agreed.likeness == Likeness.ALL


@pytest.mark.parametrize(
    ("most", "said"),
    [(5_749, "below three quarters"), (10_499, "below the middle"), (10_500, "at least half")],
)
def test_it_says_where_the_most_lies(agreed, most, said):
    assert said in str(whole(budget=(usd(1_000), usd(most))).place)


def test_rates_compare_among_themselves(agreed):
    Contract.objects.update(kind=Contract.Kind.HOURLY, rate_minor=90_00, weekly_minutes=600)

    price, hour = benchmarks.benchmarks(
        factories.use_case(), None, budget=(None, None), max_rate=usd(120), at=now()
    )

    assert (price.is_shown, hour.is_shown, hour.agreed.quartiles[1]) == (False, True, usd(90))
    assert "three quarters" in str(hour.place)


def test_the_budget_page_shows_it_and_follows_what_is_typed(client, acme, agreed):
    client.force_login(acme)
    organisation = acme.memberships.get().organisation
    draft = factories.job(organisation, status=Job.Status.DRAFT, published_at=None)
    address = reverse("jobs:edit-budget", args=[draft.public_id])

    page = client.get(address).text
    typed = client.post(address, written.budget_form(budget_max="6,500", then="autosave")).text

    assert "From 20 contracts of the last 12 months: the same use case." in page
    assert "$5,750 to $15,250" in page
    assert "hx-swap-oob" in typed
    assert "below the middle" in typed
    Contract.objects.all().update(started_at=now() - timedelta(days=400))
    assert "so far there are 0" in client.get(address).text
