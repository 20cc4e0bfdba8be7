"""What a proposal is looked over for before it is sent, and while it is written.

A few things hold it back, because they would cost every client their time; the rest is advice.
docs/proposals.md lists them.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from experts.models import Skill
from jobs.models import JobSkill
from jobs.selectors.likeness import COPIED, FEWEST_NEW, Likeness
from marketplace.kit import lures, wording
from marketplace.kit.errors import DomainError

# Below this many words clients rarely answer a note; advice only.
GOOD_LENGTH = 50
OK, WARN, STOP = "ok", "warn", "stop"


class HeldBack(DomainError):
    """It would cost clients time and say nothing to them; the sentence says what to change."""

    code = "proposal_held_back"


@dataclass(frozen=True, slots=True)
class Point:
    """One thing that was looked at: `state` is ok, warn or stop."""

    state: str
    text: str | Promise


@dataclass(frozen=True, slots=True)
class Words:
    """What an expert wrote, as far as it is looked at; `musts` are sentences by skill."""

    note: str
    musts: Mapping[Skill, str]
    rest: Collection[str]

    @property
    def all(self) -> str:
        """Every word of it, for what must be nowhere."""
        return "\n".join((self.note, *self.musts.values(), *self.rest))


def points(words: Words, uncovered: Iterable[JobSkill], likeness: Likeness) -> list[Point]:
    """Return the checklist: length, must-haves, contact data, and how like it is to others.

    :param uncovered: the must-haves for which the expert has no valid badge.
    """
    found = [_length(words, likeness), _musts(words, uncovered), _contact(words)]
    if likeness.can_be_compared:
        found += [_own(likeness), _others(likeness)]
    return found


def refuse(found: Iterable[Point]) -> None:
    """Hold a proposal back for what may not be sent.

    :raises HeldBack: when one of the points is a stop; its sentence is that of the points.
    """
    if stops := [str(point.text) for point in found if point.state == STOP]:
        raise HeldBack(" ".join(stops))


def _length(words: Words, likeness: Likeness) -> Point:
    count = len(wording.words_of(words.note))
    if not likeness.can_be_compared:
        return Point(
            STOP, _("Write at least ten words of your own in the note, beyond what the job says.")
        )
    if count < GOOD_LENGTH:
        return Point(
            WARN,
            _("Your note has %(count)s words. Clients rarely answer below 50.") % {"count": count},
        )
    return Point(OK, _("Your note has %(count)s words.") % {"count": count})


def _musts(words: Words, uncovered: Iterable[JobSkill]) -> Point:
    silent = [wish.skill.name for wish in uncovered if not words.musts.get(wish.skill)]
    if silent:
        names = {"skills": ", ".join(silent)}
        return Point(WARN, _("Say in one sentence how you cover: %(skills)s.") % names)
    return Point(OK, _("Each must-have has a badge of yours or a sentence."))


def _contact(words: Words) -> Point:
    if found := lures.words(lures.find(words.all)):
        names = {"what": ", ".join(found)}
        return Point(
            WARN,
            _("It has %(what)s. Clients are warned of that; they can write to you here.") % names,
        )
    return Point(OK, _("It has no contact data and no payment outside this site."))


def _own(likeness: Likeness) -> Point:
    share = {"share": f"{likeness.new:.0%}"}
    if likeness.new < FEWEST_NEW:
        return Point(
            STOP,
            _(
                "Only %(share)s of your note is new: you sent the rest to other jobs this month. "
                "Write at least a third of it for this client."
            )
            % share,
        )
    return Point(OK, _("%(share)s of your note is new beside your other proposals.") % share)


def _others(likeness: Likeness) -> Point:
    if likeness.known >= COPIED:
        share = {"share": f"{likeness.known:.0%}"}
        return Point(
            STOP,
            _(
                "Others have sent %(share)s of your note to other jobs, or tried to. "
                "Say it in your own words."
            )
            % share,
        )
    if likeness.alike_to:
        return Point(
            WARN,
            _("Somebody has sent nearly this note to this job. The client sees them as one item."),
        )
    return Point(OK, _("Nobody else has sent a note like it."))
