"""The five tasks of an application: what is done, what is still to do, and what a reviewer asked.

The page shows these sentences beside the button, and the service refuses with the same ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from experts.models import Application, Evidence, Review, Upload
from experts.models.evidence import FEWEST_EVIDENCE
from marketplace.kit import leaks

Sentence = str | Promise
# Where the parts of an application that a reviewer may ask to change are written.
TASK_OF_PART = {
    "claim": "claim",
    "evidence": "evidence",
    "own_share": "evidence",
    "method": "evidence",
    "reference": "authorship",
}


@dataclass(frozen=True, slots=True)
class Task:
    """One task; `missing` keeps the application from being submitted, `warnings` do not."""

    key: str
    title: Sentence
    hint: Sentence
    url: str
    missing: Sequence[Sentence] = ()
    warnings: Sequence[Sentence] = ()
    # What the reviewer who asked for changes wrote about it.
    note: str = ""
    is_optional: bool = False
    is_started: bool = True

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to do."""
        return self.is_started and not self.missing


def tasks_of(application: Application) -> list[Task]:
    """Return the tasks of an application, in the order in which people think of them."""
    pieces = list(application.evidence.select_related("upload"))
    tasks = [
        _claim(application),
        _evidence(application, pieces),
        _authorship(application, pieces),
        _confidentiality(application, pieces),
        _sessions(application),
    ]
    note, keys = _asked_for(application)
    return [replace(task, note=note if task.key in keys else "") for task in tasks]


def _claim(application: Application) -> Task:
    written = application.claim.strip()
    missing = [] if written else [_("Write your claim: what you did and what was measured.")]
    return Task(
        key="claim",
        title=_("Level and claim"),
        hint=_("One paragraph: what you did, and what was measured."),
        url=_address("experts:describe", application),
        missing=missing,
        warnings=_leaks(_("the claim"), application.claim),
    )


def _evidence(application: Application, pieces: Sequence[Evidence]) -> Task:
    missing: list[Sentence] = []
    lacking = FEWEST_EVIDENCE - len(pieces)
    if lacking > 0:
        sentence = ngettext(
            "Add %(count)d more piece of evidence.",
            "Add %(count)d more pieces of evidence.",
            lacking,
        )
        missing.append(sentence % {"count": lacking})
    missing += [
        _("Replace the file of “%(title)s”: the scanner refused it.") % {"title": piece.title}
        for piece in pieces
        if piece.upload and piece.upload.status == Upload.Status.REFUSED
    ]
    return Task(
        key="evidence",
        title=_("Evidence"),
        hint=_("Two to five pieces. Fewer and stronger is better."),
        url=_address("experts:add-evidence", application),
        missing=missing,
        warnings=[line for piece in pieces for line in _leaks(piece.title, piece.claim)],
    )


def _authorship(application: Application, pieces: Sequence[Evidence]) -> Task:
    proven = any(piece.proof or piece.referee_email or piece.delivery_id for piece in pieces)
    sentence = _("Say for at least one piece how we can tell that it is yours.")
    return Task(
        key="authorship",
        title=_("Authorship proof"),
        hint=_("A code in your work, a commit, a referee, or a milestone paid here."),
        url=_address("experts:authorship", application),
        missing=[] if proven else [sentence],
    )


def _confidentiality(application: Application, pieces: Sequence[Evidence]) -> Task:
    chosen = bool(pieces) and all(piece.shown for piece in pieces)
    sentence = _("Choose for every piece what strangers may see.")
    return Task(
        key="confidentiality",
        title=_("Confidentiality"),
        hint=_("Per piece: everything, the title only, or nothing."),
        url=_address("experts:confidentiality", application),
        missing=[] if chosen else [sentence],
    )


def _sessions(application: Application) -> Task:
    return Task(
        key="sessions",
        title=_("Live walkthrough"),
        hint=_("Two times at which a reviewer could ask you questions, 15 minutes."),
        url=_address("experts:sessions", application),
        is_optional=True,
        is_started=application.slots.exists(),
    )


def _asked_for(application: Application) -> tuple[str, set[str]]:
    """Return what the reviewer wrote, and the tasks it is about."""
    if application.status != Application.Status.CHANGES_ASKED:
        return "", set()
    review = application.reviews.given().filter(verdict=Review.Verdict.CHANGES_ASKED).first()
    parts = review.parts if review else []
    return application.message, {TASK_OF_PART[part] for part in parts} or {"evidence"}


def _leaks(place: Sentence, text: str) -> list[Sentence]:
    sentence = _("There is %(what)s in %(place)s: %(masked)s. Remove it, and replace the key.")
    return [
        sentence % {"what": leak.what, "place": place, "masked": leak.masked}
        for leak in leaks.find(text)
    ]


def _address(name: str, application: Application) -> str:
    return reverse(name, args=[application.public_id])
