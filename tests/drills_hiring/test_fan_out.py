"""One broad job is told to thousands, while worker, broker and database are killed in turns."""

import os
import subprocess

import pytest

from tests.drills_hiring.test_outbox import PATIENCE, Killer
from tests.local.conftest import open_folder  # noqa: F401
from tests.local.processes import eventually, needs_proc
from tests.local.run import Run

pytestmark = [needs_proc, pytest.mark.drills]

# So many experts hold some badge; the job fits all who hold the commonest. The whole drill of the
# issue is DRILL_EXPERTS=200000, which is a fan-out of some 50,000, with DRILL_KILLS=20.
EXPERTS = int(os.environ.get("DRILL_EXPERTS", "1500"))
KILLS = int(os.environ.get("DRILL_KILLS", "9"))
PARTS = ("worker", "valkey", "postgres")

LOAD = f"""
from bench import match, people
from experts.models import Skill
from jobs.models import JobSkill
from tests import factories
people.fill({EXPERTS})
match.make_entries({EXPERTS})
client = factories.organisation(factories.user("Client"))
job = factories.job(client, shared_hours=0, status="draft")
skill = Skill.objects.badgeable()[0]
JobSkill.objects.create(job=job, skill=skill, is_must=True, level=1)
"""
PUBLISH = "UPDATE jobs_job SET status = 'open'"
FIT = """
SELECT count(DISTINCT expert.id) FROM experts_expert AS expert
JOIN experts_badge AS badge ON badge.expert_id = expert.id AND badge.status IN ('active', 'aging')
JOIN jobs_jobskill AS wish ON wish.skill_id = badge.skill_id
JOIN jobs_job AS job ON job.id = wish.job_id
WHERE expert.is_open AND (expert.languages && job.languages OR expert.languages = '{}')
"""
FOUND = "SELECT count(*) FROM jobs_match"
# As if the morning had come whose digest most of them wait for.
MORNING = "UPDATE jobs_match SET due_at = now() WHERE told_at IS NULL"
TOLD = "SELECT count(*) FROM jobs_match WHERE told_at IS NOT NULL"
HEARD = """
SELECT count(*) || ' heard, ' || count(*) FILTER (WHERE times > 1) || ' twice' FROM (
  SELECT user_id, count(*) AS times FROM accounts_notification WHERE kind = 'match' GROUP BY 1
) AS of_each
"""


@pytest.fixture
def run(open_folder):  # noqa: F811
    """A stack of its own."""
    run = Run(open_folder / "fan-out")
    yield run
    run.end()


def asked(run, query):
    """Ask the database, which may be dead just now; then nothing is known."""
    try:
        return run.sql(query, stderr=subprocess.DEVNULL)
    except subprocess.CalledProcessError:
        return ""


def number(run, query):
    return int(asked(run, query) or -1)


def test_everybody_hears_of_it_once(run):
    loader = run.runner("manage", "shell", "-c", LOAD)
    output, _ = loader.communicate(timeout=PATIENCE * 4)
    assert loader.returncode == 0, output
    fit = int(run.sql(FIT))
    killer = Killer(run)

    run.sql(PUBLISH)
    for part in PARTS:
        killer.kill(part)
    eventually(lambda: number(run, FOUND) > 0, PATIENCE)
    eventually(lambda: number(run, "SELECT 1") == 1, PATIENCE)
    run.sql(MORNING)
    for kills_left in range(KILLS - len(PARTS), 0, -1):
        told = max(number(run, TOLD), 0)
        enough = told + (fit - told) // (kills_left + 1)
        eventually(lambda enough=enough: number(run, TOLD) >= enough, PATIENCE)
        killer.kill(PARTS[kills_left % len(PARTS)])
        print(f"killed at {told} told", flush=True)
    eventually(lambda: number(run, TOLD) == fit, PATIENCE)

    print(f"{fit} experts, {KILLS} kills: {run.sql(HEARD)}", flush=True)
    assert run.sql(FOUND) == str(fit)
    assert run.sql(HEARD) == f"{fit} heard, 0 twice"
