"""The provider's list: new models of known families come in; what it lacks is only reported."""

from datetime import date

import pytest

from experts.models import ModelFamily, ModelRelease
from experts.services import registry
from experts.services.registry import Listed
from tests import factories
from tests.conftest import NOON

TODAY = NOON.date()


@pytest.fixture(autouse=True)
def known(db):
    """Two families: GPT-6 with one model, and a retired one."""
    factories.release("gpt-6-sol", family="gpt-6")
    factories.release("gpt-4", family="gpt-4", lifecycle="shutdown")


def listing(*api_ids):
    return registry.compare([Listed(each, date(2029, 12, 1)) for each in api_ids], on=TODAY)


def test_a_new_model_belongs_to_the_family_its_name_begins_with():
    registry.take(listing("gpt-6-sol", "gpt-6-nova", "gpt-6-sol-2029-11-30"), at=NOON)

    new = ModelRelease.objects.exclude(api_id__in=["gpt-6-sol", "gpt-4"])
    assert {(row.api_id, row.family.slug, row.lifecycle) for row in new} == {
        ("gpt-6-nova", "gpt-6", "active"),
        ("gpt-6-sol-2029-11-30", "gpt-6", "active"),
    }
    assert new[0].changes.get().reason == registry.LISTED


@pytest.mark.parametrize("api_id", ["gpt-61-sol", "gpt-60", "davinci"])
def test_a_name_that_only_looks_alike_is_left_to_people(api_id):
    found = listing(api_id)

    assert (found.new, found.unsorted) == ([], [api_id])


def test_what_people_trained_for_themselves_is_no_model_of_ours():
    assert listing("gpt-6-sol", "ft:gpt-6-sol:acme::abc") == registry.Listing([], [], [])


def test_a_usable_model_the_list_does_not_name_is_reported_and_stays():
    found = listing()
    registry.take(found, at=NOON)

    assert found.missing == ["gpt-6-sol"]
    assert ModelRelease.objects.get(api_id="gpt-6-sol").lifecycle == "active"


def test_comparing_writes_nothing():
    listing("gpt-6-nova")

    assert ModelRelease.objects.count() == 2
    assert ModelFamily.objects.count() == 2


def test_taking_it_twice_is_refused_by_the_name():
    registry.take(listing("gpt-6-nova"), at=NOON)

    assert listing("gpt-6-sol", "gpt-6-nova").new == []
