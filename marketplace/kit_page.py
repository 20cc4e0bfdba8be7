"""Specimen data for /kit/, the page that shows every component in development."""

import re
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.conf import settings

from marketplace.kit.forms import (
    ChoiceCards,
    CodeInput,
    LineField,
    MoneyField,
    Scores,
    SiteForm,
    TextField,
)
from marketplace.kit.money import Money

USE_CASES = {
    "rag": ("Answer questions from our documents", "RAG with citations. Starts with an eval set."),
    "agent": ("Automate a workflow with an agent", "Tool use, approvals, audit log."),
    "voice": ("Voice or realtime assistant", "Telephony, turn time, fallback."),
}
SKILLS = [("rag", "RAG & retrieval"), ("evals", "Evals & guardrails"), ("agents", "Agents & tools")]
PAID = (2200, 3100, 1800, 4400, 5200, 3800, 6100, 5700, 7000, 4800, 7600, 3400)
HELD = (0, 0, 0, 0, 0, 0, 0, 0, 0, 1200, 800, 3000)
MONTHS = ("Dec", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov")
SPRITE = settings.BASE_DIR / "static" / "icons.svg"


def dollars(whole: int) -> Money:
    return Money(whole * 100, "usd")


class SpecimenForm(SiteForm):
    """One field of every kind."""

    use_case = forms.ChoiceField(
        label="What should the AI do?",
        choices=[(value, label) for value, (label, _hint) in USE_CASES.items()],
        widget=ChoiceCards(hints={value: hint for value, (_label, hint) in USE_CASES.items()}),
    )
    title = LineField(label="Title", max_length=120, help_text="What a busy expert reads first.")
    scope = TextField(label="What do you have today?", required=False)
    budget = MoneyField(
        label="Budget for the first milestone, USD",
        currency="usd",
        least=250_00,
        help_text="A small first milestone builds trust. Most start at 1,500 to 4,000.",
    )
    zone = forms.ChoiceField(label="Time zone", choices=[("utc", "UTC"), ("lagos", "Africa/Lagos")])
    skills = forms.MultipleChoiceField(
        label="Must-have skills", choices=SKILLS, widget=forms.CheckboxSelectMultiple
    )
    visibility = forms.ChoiceField(
        label="Who may see it",
        choices=[("public", "Every vetted expert"), ("invited", "Only those you invite")],
        widget=forms.RadioSelect,
    )
    framing = forms.TypedChoiceField(
        label="Problem framing",
        coerce=int,
        choices=[(mark, f"{mark} of 5") for mark in range(6)],
        widget=Scores,
        help_text="4: names failure modes before building",
    )
    evidence = forms.FileField(label="Evidence", required=False)
    code = LineField(label="Code from the mail", max_length=10, required=False, widget=CodeInput)
    terms = forms.BooleanField(label="I checked the work against the agreed checks")


def specimens() -> dict[str, Any]:
    """Return the context of `kit.html`; the form comes with mistakes in it."""
    typed = {"use_case": "rag", "title": "Citation-first triage assistant", "budget": "2OO"}
    return {
        "form": SpecimenForm(data=typed | {"skills": ["rag"], "zone": "utc", "framing": "4"}),
        "noon": datetime(2026, 3, 17, 12, tzinfo=UTC),
        "released": dollars(3_600),
        "held": dollars(4_200),
        "unfunded": dollars(5_400),
        "total": dollars(13_200),
        "months": [
            (name, dollars(paid), dollars(held))
            for name, paid, held in zip(MONTHS, PAID, HELD, strict=True)
        ],
        "rubric_rows": [
            ("Problem framing", 5),
            ("Retrieval design", 5),
            ("Cost and latency", 4),
            ("Safety", 3.5),
        ],
        "rates": [6, 12, 20, 34, 52, 78, 100, 88, 70, 46, 38, 22, 16, 9, 5, 3],
        "working": range(8, 18),
        "shared": range(9, 15),
        "checks": [
            {
                "text": "Faithfulness on 400 held-out cases",
                "target": "≥ 0.95",
                "measured": "0.968",
                "result": "met",
            },
            {
                "text": "p95 latency on staging",
                "target": "≤ 2.5 s",
                "measured": "2.9 s",
                "result": "missed",
            },
        ],
        "entries": [
            {
                "at": datetime(2026, 2, 2, tzinfo=UTC),
                "text": "Funded milestone 1",
                "amount": dollars(3_600),
            },
            {
                "at": datetime(2026, 2, 16, tzinfo=UTC),
                "text": "Released to Amara",
                "amount": dollars(-3_600),
            },
            {
                "at": datetime(2026, 2, 16, tzinfo=UTC),
                "text": "Funded milestone 2",
                "amount": dollars(4_200),
            },
        ],
        "steps": ["Use case", "Scope and checks", "Budget and review"],
        "terms": [
            ("Type", "Fixed price, 4 milestones"),
            ("Review window", "14 days"),
            ("IP", "Yours on release"),
        ],
        "icons": re.findall(r'<symbol id="(\w+)"', SPRITE.read_text()),
    }
