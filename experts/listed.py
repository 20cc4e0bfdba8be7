"""An expert as a list shows them: what was asked for first, and the strongest proof of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from experts.marking import marked, pattern
from experts.models import Badge, Evidence, Expert
from experts.reputation import Reputation


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list."""

    expert: Expert
    badges: Sequence[Badge]
    asked: frozenset[int]
    proof: Evidence | None
    reputation: Reputation
    # The whole working hours shared with the reader; nothing where no zone is known.
    shared: int | None = None
    # The words of the question, as a text has them.
    stems: Sequence[str] = ()

    @property
    def headline(self) -> SafeString:
        """The headline with the words of the question marked."""
        return marked(self.expert.headline, self.stems)

    @property
    def reason(self) -> SafeString:
        """What the strongest proof says, with the words of the question marked."""
        return marked(self.proof.claim if self.proof else "", self.stems)


def row_of(expert: Expert, asked: set[int], score: Reputation, stems: Sequence[str] = ()) -> Row:
    """Put the badges asked for first, then by level, and find the strongest proof one may open.

    A measured change comes before a mere claim, and what says a word of the question before both.
    """
    shown: list[Badge] = expert.shown_badges  # type: ignore[attr-defined]  # prefetched by rows()
    badges = sorted(shown, key=lambda badge: (badge.skill_id not in asked, -badge.level))
    public = [
        piece for badge in badges for piece in badge.application.evidence.all() if piece.is_public
    ]
    return Row(
        expert=expert,
        badges=badges,
        asked=frozenset(badge.skill_id for badge in badges if badge.skill_id in asked),
        proof=min(public, key=lambda piece: weakness(piece, stems), default=None),
        reputation=score,
        stems=stems,
    )


def weakness(piece: Evidence, stems: Sequence[str]) -> tuple[bool, bool]:
    """Return a key by which the strongest proof comes first."""
    is_silent = not (stems and pattern(stems).search(piece.claim))
    return is_silent, not (piece.before and piece.after)
