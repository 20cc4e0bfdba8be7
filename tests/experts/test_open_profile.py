"""Opening a profile: one for each person, at an address of its own."""

from typing import Any

import pytest

from experts.models import Domain, Expert
from experts.services import profiles
from experts.services.profiles import AlreadyHasAProfile, Profile
from marketplace.kit.money import Money
from tests import factories
from tests.conftest import NOON


def profile(**fields) -> Profile:
    said: dict[str, Any] = {
        "name": "Grace Mensah",
        "headline": "Evals you can trust",
        "overview": "I measure before I build.",
        "place": "Accra",
        "country": "GH",
        "time_zone": "Africa/Accra",
        "languages": ["en", "fr"],
        "rate": Money(120_00, "usd"),
        "hours_per_week": 25,
        "available_on": None,
        "is_open": True,
        "skills": [],
    }
    return Profile(**(said | fields))


def test_it_keeps_what_was_said(mallory):
    python = factories.skill("python", is_badgeable=False)
    banking = Domain.objects.create(slug="banking", english_name="Banking", position=1)
    said = profile(skills=[python], domains=[banking])

    expert = profiles.open_for(mallory, profile=said, at=NOON)

    expert.refresh_from_db()
    assert (expert.slug, expert.name, expert.time_zone) == (
        "grace-mensah",
        "Grace Mensah",
        "Africa/Accra",
    )
    assert (expert.rate, expert.languages) == (Money(120_00, "usd"), ["en", "fr"])
    assert [claimed.skill for claimed in expert.claimed_skills.all()] == [python]
    assert list(expert.domains.all()) == [banking]


def test_a_second_profile_is_refused(mallory):
    profiles.open_for(mallory, profile=profile(), at=NOON)

    with pytest.raises(AlreadyHasAProfile):
        profiles.open_for(mallory, profile=profile(headline="Another"), at=NOON)

    assert Expert.objects.get(user=mallory).headline == "Evals you can trust"


@pytest.mark.parametrize("name", ["Grace Mensah", "  grace   MENSAH "])
def test_two_of_one_name_have_two_addresses(grace, mallory, name):
    expert = profiles.open_for(mallory, profile=profile(name=name), at=NOON)

    assert grace.slug == "grace-mensah"
    assert expert.slug.startswith("grace-mensah-")


def test_a_name_without_latin_letters_has_an_address_too(mallory):
    assert profiles.open_for(mallory, profile=profile(name="王芳"), at=NOON).slug == "expert"


@pytest.mark.django_db(transaction=True)
def test_two_of_one_name_at_the_same_moment_both_open(at_once, mallory, acme):
    first, second = at_once(
        lambda: profiles.open_for(mallory, profile=profile(), at=NOON),
        lambda: profiles.open_for(acme, profile=profile(), at=NOON),
    )

    assert first.slug != second.slug
    assert Expert.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_one_person_who_presses_twice_has_one_profile(at_once, mallory):
    outcomes = at_once(
        *[lambda: profiles.open_for(mallory, profile=profile(), at=NOON) for _ in range(2)]
    )

    assert Expert.objects.count() == 1
    assert [type(outcome) for outcome in outcomes].count(AlreadyHasAProfile) == 1
