"""What people type: the keywords of the services, and the same as a browser sends it."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from jobs.models import Job
from jobs.services.briefs import Check, Wish, checks_of
from jobs.services.proposals import Answer, Part
from marketplace.kit.money import Money

MANY = 100_000  # longer than any field


def scope(job: Job, **changes: Any) -> dict[str, Any]:
    """The keywords of `briefs.describe` that say what the job says already."""
    wishes = [Wish(row.skill, row.level) for row in job.skills.all()]
    return {
        "title": job.title,
        "scope": job.scope,
        "today": job.today,
        "sensitivity": job.sensitivity,
        "screening_question": job.screening_question,
        "checks": checks_of(job),
        "must_have": wishes,
        "nice_to_have": [],
    } | changes


def another_check() -> Check:
    """A check the job does not have."""
    return Check("Cost per question", "<=", "0.03", "USD", "Mean of a week")


def terms(**changes: Any) -> dict[str, Any]:
    """The keywords of `briefs.set_terms`."""
    return {
        "budget_min": Money(6_000_00, "usd"),
        "budget_max": Money(22_000_00, "usd"),
        "max_rate": Money(160_00, "usd"),
        "weeks": 5,
        "shared_hours": 2,
        "time_zone": "Europe/London",
        "languages": ["en", "de"],
        "visibility": Job.Visibility.PUBLIC,
    } | changes


def proposal(job: Job, **changes: Any) -> dict[str, Any]:
    """The keywords of `proposals.send`."""
    return {
        "cover_note": "I have built this twice, and measured it both times.",
        "answer": "Those without a source. I would test it with questions that have none.",
        "milestones": [
            Part("Baseline", Money(3_000_00, "usd"), date(2030, 1, 20)),
            Part("Handover", Money(9_000_00, "usd"), date(2030, 2, 10)),
        ],
        "checks": {check: Answer(commits=True) for check in job.checks.all()},
        "musts": {},
        "badges": [],
        "ai_use": "none",
    } | changes


def scope_form(**changes: Any) -> dict[str, Any]:
    """Step 2 as a browser sends it: one check, one must-have."""
    return (
        {
            "title": "Support assistant that cites",
            "scope": "Answer from the manuals.",
            "today": "Four hundred pages.",
            "sensitivity": "none",
            "screening_question": "",
            "check-count": "1",
            "check-0-metric": "Faithfulness",
            "check-0-comparator": ">=",
            "check-0-target": "95",
            "check-0-unit": "%",
            "check-0-how": "Held-out set",
        }
        | _wishes("must", ("rag", "2"))
        | _wishes("nice")
        | changes
    )


def budget_form(**changes: Any) -> dict[str, Any]:
    """Step 3 as a browser sends it."""
    return {
        "budget_min": "6,000",
        "budget_max": "22 000",
        "max_rate": "160.00",
        "weeks": "5",
        "shared_hours": "2",
        "time_zone": "Europe/London",
        "languages": "English, German",
        "visibility": "public",
    } | changes


def proposal_form(job: Job, **changes: Any) -> dict[str, Any]:
    """A proposal as a browser sends it: one milestone, every check committed to."""
    checks = {f"check{row.pk}-word": "commit" for row in job.checks.all()}
    return (
        {
            "cover_note": "I have built this twice. Both times the table of editions came first.",
            "ai_use": "helped",
            "answer": "Those without a source.",
            "part-count": "1",
            "part-0-title": "Everything",
            "part-0-amount": "12,000",
            "part-0-due_on": str(timezone.localdate() + timedelta(days=40)),
        }
        | checks
        | changes
    )


def _wishes(prefix: str, *chosen: tuple[str, str]) -> dict[str, str]:
    sent = {}
    for row in range(4):
        skill, level = chosen[row] if row < len(chosen) else ("", "2")
        sent |= {f"{prefix}-{row}-skill": skill, f"{prefix}-{row}-level": level}
    return sent
