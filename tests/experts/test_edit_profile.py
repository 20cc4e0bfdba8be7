"""Editing a profile: the words change, the address and the owner do not."""

import pytest
from django.core.exceptions import PermissionDenied

from experts.services import profiles
from tests import factories
from tests.experts.test_open_profile import profile


def test_the_words_change_and_the_address_stays(grace):
    profiles.edit(grace, profile=profile(name="Grace Owusu", headline="New"), by=grace.user)

    grace.refresh_from_db()
    assert (grace.headline, grace.slug, grace.name) == ("New", "grace-mensah", "Grace Owusu")


def test_skills_no_longer_claimed_go(grace):
    python, sql = factories.skill("python"), factories.skill("sql")
    profiles.edit(grace, profile=profile(skills=[python]), by=grace.user)

    profiles.edit(grace, profile=profile(skills=[sql]), by=grace.user)

    assert [claimed.skill for claimed in grace.claimed_skills.all()] == [sql]


def test_nobody_edits_for_another(grace, mallory):
    with pytest.raises(PermissionDenied):
        profiles.edit(grace, profile=profile(headline="Mine now"), by=mallory)

    grace.refresh_from_db()
    assert grace.headline == "Retrieval that cites or stays silent"
