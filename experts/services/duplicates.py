"""Finds the words of an application in others, whoever wrote them first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from experts.models import Application, Evidence, Wording
from experts.models.check import Part
from experts.services.inspection import Inspection
from marketplace.kit import wording

# A shared passage below this length is a turn of phrase.
FLAGGED_WORDS = 20
CANDIDATES = 25
MOST_WORDS = 4_000
# Their pages are mostly their own frame, the same around everybody's work; there the address tells.
FRAMED = frozenset({"github.com", "gitlab.com", "bitbucket.org", "huggingface.co"})


@dataclass(frozen=True, slots=True)
class Duplicate:
    """The longest passage found elsewhere: where in this application, and in which other one."""

    application: Application
    place: str
    passage: str
    words: int
    jaccard: float
    is_own: bool


def closest(application: Application, look: Inspection) -> Duplicate | None:
    """Write down what the application says, and return its longest passage found in another.

    Somebody else's application weighs more than the applicant's other one.
    """
    found = [*_same_addresses(application)]
    for row in _written(application, look):
        found += _shared(row)
    found.sort(key=lambda each: (each.is_own, -each.words))
    return found[0] if found else None


def _written(application: Application, look: Inspection) -> Iterator[Wording]:
    pieces = list(application.evidence.select_related("upload"))
    claims = "\n".join([application.claim, *(piece.claim for piece in pieces)])
    yield _write(application, None, Part.CLAIM, claims)
    for piece in pieces:
        if urlsplit(piece.url).hostname not in FRAMED and (text := look.visible_text(piece)):
            yield _write(application, piece, Part.PAGE, text)


def _write(application: Application, piece: Evidence | None, part: Part, text: str) -> Wording:
    text = " ".join(text.replace("\x00", "").split()[:MOST_WORDS])
    row, _is_new = Wording.objects.update_or_create(
        application=application,
        evidence=piece,
        part=part,
        defaults={"text": text, "sketch": wording.sketch(text)},
    )
    return row


def _shared(row: Wording) -> Iterator[Duplicate]:
    others = Wording.objects.filter(sketch__overlap=row.sketch).exclude(application=row.application)
    others = others.select_related("application__expert").order_by("-pk")
    for other in others[:CANDIDATES]:
        likeness = wording.compare(row.text, other.text)
        if likeness.words >= FLAGGED_WORDS:
            place = row.evidence.title if row.evidence else _("the claims")
            yield _duplicate(row.application, other.application, place, likeness)


def _same_addresses(application: Application) -> Iterator[Duplicate]:
    """The same link as somebody else's evidence is a whole text in common."""
    others = Evidence.objects.filter(url__gt="", url__in=application.evidence.values("url"))
    others = others.exclude(application__expert=application.expert).exclude(
        application__status=Application.Status.DRAFT
    )
    for other in others.select_related("application__expert").order_by("-pk")[:CANDIDATES]:
        whole = wording.Likeness(1.0, other.url, FLAGGED_WORDS)
        yield _duplicate(application, other.application, other.url, whole)


def _duplicate(
    ours: Application, theirs: Application, place: str, likeness: wording.Likeness
) -> Duplicate:
    return Duplicate(
        application=theirs,
        place=place,
        passage=likeness.passage,
        words=likeness.words,
        jaccard=likeness.jaccard,
        is_own=theirs.expert_id == ours.expert_id,
    )
