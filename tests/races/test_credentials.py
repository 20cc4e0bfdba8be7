"""Two workers keep one badge's credential up in the same moment."""

import pytest

from experts.models import Badge, Credential, SigningKey
from experts.services import credentials
from tests.conftest import NOON

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_badge_gets_one_credential(ada, at_once):
    badge = ada.expert.badges.get()
    outcomes = at_once(*[lambda: credentials.keep_up(badge, at=NOON)] * 4)

    assert {row.pk for row in outcomes} == {Credential.objects.get().pk}
    assert SigningKey.objects.count() == 1


def test_a_badge_that_is_redated_gets_one_successor(ada, at_once):
    badge = ada.expert.badges.get()
    credentials.keep_up(badge, at=NOON)
    Badge.objects.update(valid_until="2030-06-01")

    outcomes = at_once(*[lambda: credentials.keep_up(badge, at=NOON)] * 4)

    assert len({row.pk for row in outcomes}) == 1
    assert Credential.objects.current().count() == 1
    assert Credential.objects.count() == 2
