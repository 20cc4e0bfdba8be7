"""The sample is published: anybody can tell whether an id is in it, and it is a tenth."""

from hashlib import sha256

from experts.sampling import is_sampled
from marketplace.kit.models import PublicIdField


def test_it_is_about_a_tenth(settings):
    settings.VETTING_SAMPLE_PERCENT = 10
    ids = [f"app_{number:012d}" for number in range(10_000)]

    assert 900 <= sum(map(is_sampled, ids)) <= 1_100


def test_it_is_the_rule_that_is_published(settings):
    settings.VETTING_SAMPLE_PERCENT = 10
    public_id = PublicIdField(prefix="app").fresh()

    rest = int(sha256(public_id.encode()).hexdigest(), 16) % 100

    assert is_sampled(public_id) == (rest < 10)
