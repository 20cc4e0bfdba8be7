"""What the demo's people write to each other, drawn from the files beside this module."""

import random
from dataclasses import dataclass, field
from typing import Any

from contracts.models import Contract, ContractCheck, Milestone
from contracts.models.feedback import ClientScoreKey
from contracts.services.milestones import Reading
from experts.models import Expert, ScoreKey
from jobs.models import Job
from jobs.services.proposals import Answer
from marketplace.demo.cast import read

# Most experts commit to most checks; the rest name what they would do instead.
COMMITS = 0.85
# One rating in three is answered in public.
REPLIES = 1 / 3


@dataclass
class Words:
    """The phrases, and the dice that pick among them."""

    dice: random.Random
    proposals: Any = field(default_factory=lambda: read("proposals"))
    submissions: Any = field(default_factory=lambda: read("submissions"))
    reviews: Any = field(default_factory=lambda: read("reviews"))
    outcomes: dict[str, str] = field(
        default_factory=lambda: {
            line["slug"]: line["skills"][0]["outcome_sentence"] for line in read("people")
        }
    )

    def cover_note(self, job: Job, expert: Expert) -> str:
        """Return a note that opens, answers the job, shows a result, and closes."""
        slug = job.use_case.slug
        notes = [note for note in self.proposals["cover_notes"] if slug in note["use_cases"]]
        phrases = self.proposals["phrases"]
        outcome = self.outcomes.get(expert.slug, self.outcomes[min(self.outcomes)])
        parts = [
            self.dice.choice(phrases["openings"]),
            self.dice.choice(notes or self.proposals["cover_notes"])["text"],
            self.dice.choice(phrases["proofs"]),
            self.dice.choice(phrases["plans"]) + " " + self.dice.choice(phrases["closings"]),
        ]
        return "\n\n".join(parts).format(organisation=job.organisation.name, outcome=outcome)

    def screening_answer(self, job: Job) -> str:
        """Return an answer to the job's question; nothing when it asks none."""
        rows = self.proposals["screening_answers"]
        fitting = [row["answers"] for row in rows if row["question"] == job.screening_question]
        return str(self.dice.choice(fitting[0])) if fitting else ""

    def answer(self) -> Answer:
        """Return a word on one check."""
        if self.dice.random() < COMMITS:
            return Answer(commits=True)
        return Answer(commits=False, counter=self.dice.choice(self.proposals["check_counters"]))

    def decline(self) -> dict[str, str]:
        """Return a reason and a note to decline with."""
        return dict(self.dice.choice(self.proposals["declines"]))

    def note_for(self, milestone: Milestone) -> str:
        """Return what an expert writes when handing in this milestone."""
        notes = [line["text"] for line in self._work(milestone.contract)["notes"]]
        return str(notes[min(milestone.position, len(notes)) - 1])

    def readings(self, contract: Contract, *, missing_one: bool = False) -> dict[int, Reading]:
        """Return a measured value for every check; one may miss its target and say why."""
        checks = list(contract.checks.all())
        missed = self.dice.choice(checks) if missing_one and checks else None
        return {check.position: self._reading(check, is_missed=check == missed) for check in checks}

    def change_request(self, check: ContractCheck) -> str:
        """Return what a client writes when a check fails."""
        return str(self.dice.choice(self.submissions["change_requests"])).format(
            metric=check.metric
        )

    def resubmission(self) -> str:
        """Return what an expert writes when handing in again."""
        return str(self.dice.choice(self.submissions["resubmissions"]))

    def review_of_expert(self, contract: Contract) -> dict[str, Any]:
        """Return a client's rating, sub-scores and words, fit for the kind of work."""
        assert contract.job  # noqa: S101 (it came from one)
        slug = contract.job.use_case.slug
        kinds = {name for name, slugs in self.proposals["families"].items() if slug in slugs}
        fitting = [row for row in self.reviews["of_expert"] if kinds & set(row["families"])]
        return self._said(fitting or self.reviews["of_expert"], ScoreKey)

    def review_of_client(self) -> dict[str, Any]:
        """Return an expert's rating, sub-scores and words."""
        return self._said(self.reviews["of_client"], ClientScoreKey)

    def reply(self, rating: int) -> str:
        """Return what an expert answers in public to a rating; to most, nothing."""
        fitting = [row for row in self.reviews["replies"] if rating in row["ratings"]]
        answers = fitting and self.dice.random() < REPLIES
        return str(self.dice.choice(fitting)["text"]) if answers else ""

    def _said(self, rows: Any, keys: type[ScoreKey] | type[ClientScoreKey]) -> dict[str, Any]:
        """Return one of these reviews; each sub-score is its rating, or one beside it."""
        row = self.dice.choice(rows)
        scores = {
            key.value: min(5, max(1, row["rating"] + self.dice.choice((-1, 0, 0, 0, 1))))
            for key in keys
        }
        return {"rating": row["rating"], "scores": scores, "text": row["text"]}

    def _work(self, contract: Contract) -> Any:
        assert contract.job  # noqa: S101 (it came from one)
        slug = contract.job.use_case.slug
        rows = self.submissions["work"]
        return next((row for row in rows if row["use_case"] == slug), rows[0])

    def _reading(self, check: ContractCheck, *, is_missed: bool) -> Reading:
        known = [
            *self._work(check.contract)["measured"],
            *self.submissions["other_checks"],
        ]
        row = next((row for row in known if row["metric"] == check.metric), None)
        if row is None:
            return Reading(check.target, "Measured together on the agreed cases")
        value = row["missed"] if is_missed else self.dice.choice(row["met"])
        return Reading(value, row["how"])
