"""All experts of a job are weighed in one statement, as `scoring.py` weighs one, and for ever."""

import random
import re
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from experts.models import WorkRecord
from jobs.models import Job, JobSkill, Match, MatchSnapshot, Ranking, UseCaseSkill
from jobs.ranking_changes import CHANGES
from jobs.selectors.invitations import candidates
from jobs.services import briefs, matching, replays, scoring
from tests import factories
from tests.conftest import NOON
from tests.jobs import written

ZONES = ("Europe/London", "Africa/Lagos", "Asia/Kolkata", "America/New_York", "Asia/Tokyo")


def work(expert, outcome):
    number = WorkRecord.objects.count()
    WorkRecord.objects.create(
        expert=expert, source=f"con_{number}", title="Done", client_name="Acme", rating=5,
        completed_on=date(2029, 10, 1), amount_band="from_1", outcome=outcome,
    )  # fmt: skip


@pytest.fixture
def crowd(job):
    """Forty experts who differ in everything that counts."""
    dice = random.Random(6)  # noqa: S311 (no secret)
    skills = [factories.skill(slug) for slug in ("rag", "evals", "agents", "voice")]
    for skill in skills[1:3]:
        UseCaseSkill.objects.create(use_case=job.use_case, skill=skill, is_must=True, level=1)
    JobSkill.objects.create(job=job, skill=skills[1], is_must=False, level=2)
    JobSkill.objects.create(job=job, skill=skills[3], is_must=False, level=1)
    for number in range(40):
        user = factories.user(f"Expert {number}", time_zone=dice.choice(ZONES))
        away = dice.choice((None, -5, 10, 30, 31))
        expert = factories.expert(
            user,
            rate_minor=dice.choice((80_00, 120_00, 121_00, 160_00, 160_01)),
            hours_per_week=dice.choice((5, 19, 20, 40)),
            available_on=away and NOON.date() + timedelta(days=away),
            is_open=number != 7,
            languages=dice.choice(([], ["en"], ["de", "fr"])),
        )
        for skill in dice.sample(skills, k=dice.randint(1, 4)):
            age = dice.choice((0, 182, 183, 365, 366, 730, 731))
            issued = NOON.date() - timedelta(days=age)
            factories.badge(expert, skill, level=dice.randint(1, 3), issued_on=issued)
        for outcome in dice.choices(("on_time", "late", ""), k=dice.choice((0, 0, 3))):
            work(expert, outcome)


@pytest.mark.parametrize(
    "changes",
    [{}, {"max_rate_minor": 160_00, "shared_hours": 2}, {"time_zone": "Asia/Kolkata"}],
    ids=["anyone", "gates", "far away"],
)
def test_one_statement_weighs_all_as_each_is_weighed_alone(job, crowd, changes):
    Job.objects.update(**changes)

    found = matching.match(job.pk, at=NOON)

    replayed = replays.replay(Ranking.objects.get())
    assert (replayed.equal, replayed.different) == (found, [])
    assert 3 < found < 40
    for row in Match.objects.all():
        assert row.score == sum(reason["points"] for reason in row.reasons)


def test_a_score_that_was_tampered_with_is_named(job, ada):
    matching.match(job.pk, at=NOON)
    call_command("replay_ranking", job.public_id, stdout=(said := StringIO()))
    assert "1 equal, 0 different" in said.getvalue()

    Match.objects.update(score=99)

    with pytest.raises(CommandError, match="1 scores differ"):
        call_command("replay_ranking", stdout=(said := StringIO()))
    assert ada.expert.slug in said.getvalue()


def test_what_was_shown_before_a_job_changed_is_kept_and_replayed(job, ada, acme):
    matching.match(job.pk, at=NOON)
    before = Match.objects.get()

    briefs.set_terms(job, **written.terms(max_rate=None, shared_hours=0), by=acme, at=NOON)
    matching.match(job.pk, at=NOON + timedelta(hours=1))
    briefs.set_terms(job, **written.terms(shared_hours=0), by=acme, at=NOON)
    matching.match(job.pk, at=NOON + timedelta(hours=2))

    first, last = MatchSnapshot.objects.get(), Match.objects.get()
    assert (first.score, first.reasons) == (before.score, before.reasons)
    assert last.score < first.score, "the rate is near the limit now"
    for ranking in Ranking.objects.all():
        assert replays.replay(ranking).different == []


def test_whom_a_changed_job_fits_no_longer_is_not_offered_and_may_still_read_it(job, ada, acme):
    matching.match(job.pk, at=NOON)

    rag = factories.skill("rag")
    JobSkill.objects.filter(job=job, skill=rag).update(level=3)
    ada.expert.badges.update(level=2)
    Job.objects.update(matched_at=None, visibility=Job.Visibility.INVITED)
    matching.match(job.pk, at=NOON)

    assert not candidates(job)
    assert MatchSnapshot.objects.count() == 1
    assert job in Job.objects.visible_to(ada)


def test_one_place_in_five_is_a_newcomers(client, job, acme):
    rag = factories.skill("rag")
    for number in range(8):
        expert = factories.expert(factories.user(f"Old {number}"), slug=f"old-{number}")
        factories.badge(expert, rag, level=3)
        work(expert, "on_time")
    new = factories.expert(factories.user("New Here"))
    factories.badge(new, rag, level=2)
    matching.match(job.pk, at=NOON)

    rows = list(candidates(job))

    assert [row.expert.name for row in rows].index("New Here") == 4
    assert [row.expert.name for row in rows if row.is_lifted] == ["New Here"]
    client.force_login(acme)
    page = client.get(f"/client/jobs/{job.public_id}/invite/").text
    assert "New vetted expert" in page
    assert "you set no limit on the rate, 8 shared hours, available now" in page


def test_nobody_pays_for_a_place():
    """The inputs of the score are these, and nothing that is read for them knows of money paid."""
    assert set(scoring.Supply.__dataclass_fields__) == {
        *("badges", "rate_minor", "hours_per_week", "available_on", "shared_hours"),
        *("is_open", "dated", "on_time", "languages"),
    }
    tables = set(re.findall(r"(?:FROM|JOIN|INTO|UPDATE)\s+(\w+_\w+)", matching.RANKING))
    assert {name for name in tables if not name.startswith("jobs_match")} == {
        *("jobs_alertentry", "experts_expert", "experts_badge", "experts_workrecord"),
        *("accounts_membership", "own_people", "jsonb_array_elements"),
    }


def test_no_column_of_them_holds_a_paid_place(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_schema = 'public' AND column_name ~ %s"
            " AND table_name ~ '^(jobs|experts|accounts)_'",
            ["boost|promot|sponsor|featured|premium|bid|advert|priority"],
        )
        assert cursor.fetchall() == []


def test_the_change_log_ends_with_the_weights_that_are_used(client):
    assert (CHANGES[0].version, CHANGES[0].points) == (scoring.ALGORITHM, scoring.MOST)
    assert all(sum(change.points.values()) == 100 for change in CHANGES)
    assert CHANGES[0].version in client.get("/how-ranking-works/").text
