"""A step: whose move it is on a contract, what they do, until when, and what happens if not."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts import policies as people
from accounts.models import Membership, User
from contracts.models import Contract, Feedback, Milestone
from marketplace.kit.words import money_text

Side = Feedback.Side
# A bank's or a worker's turn: neither side can do anything.
NOBODY = ""


@dataclass(frozen=True, slots=True)
class Step:
    """What a contract waits for.

    `text` completes "Your move: …", `waiting` completes "Waiting for …".
    """

    side: str
    text: str
    waiting: str
    url: str
    action: str
    consequence: str
    deadline: datetime | None = None
    moves_money: bool = False

    def is_for(self, membership: Membership | None) -> bool:
        """Whether this member's role lets them make the client's move."""
        return people.may_pay(membership) or (not self.moves_money and people.may_hire(membership))


def side_of(user: User, contract: Contract) -> str:
    """On which side of the contract this reader stands."""
    return Side.EXPERT if contract.expert.user_id == user.pk else Side.CLIENT


def nobodys(waiting: str, url: str, *, deadline: datetime | None = None) -> Step:
    """Return a step that is neither side's."""
    return Step(
        side=NOBODY,
        text="",
        waiting=waiting,
        deadline=deadline,
        url=url,
        action="",
        consequence="",
    )


def words_of(contract: Contract, milestone: Milestone) -> dict[str, Any]:
    """Return what the texts of a step say of a milestone."""
    return {
        "number": milestone.position,
        "amount": money_text(milestone.amount),
        "held": money_text(milestone.held),
        "client": contract.organisation.name,
        "expert": contract.expert.name,
    }
