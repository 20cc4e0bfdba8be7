"""Works the rankings of a job out again and says whether they came out as they were shown."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from jobs.models import Ranking
from jobs.services.replays import VERSIONS, replay


class Command(BaseCommand):
    """`manage.py replay_ranking job_...`, or without a job for all rankings there are."""

    help = "Work past rankings out again from what is kept of them, and compare."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the public id of a job."""
        parser.add_argument("job", nargs="?", help="the public id of a job; all without")

    def handle(self, *, job: str | None, **_: Any) -> None:
        """Say a line for each ranking; fail when one differs."""
        rankings = Ranking.objects.select_related("job")
        wrong = 0
        for ranking in rankings.filter(job__public_id=job) if job else rankings.all():
            name = f"{ranking.job.public_id} of {ranking.created_at:%Y-%m-%d %H:%M}"
            if ranking.algorithm not in VERSIONS:
                self.stdout.write(f"{name}: version {ranking.algorithm} is not known any more")
                continue
            found = replay(ranking)
            wrong += len(found.different)
            differ = f", different: {', '.join(found.different)}" if found.different else ""
            self.stdout.write(
                f"{name}: {found.equal} equal, {len(found.different)} different{differ}"
            )
        if wrong:
            raise CommandError(f"{wrong} scores differ from what was shown")
