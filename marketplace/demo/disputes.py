"""The demo's disagreements: one in each state a dispute can be found in, and two that are over."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from accounts.models import User
from accounts.models.user import DISPUTES
from contracts.models import Decision, Dispute, Milestone
from contracts.models.dispute import APPEAL_WITHIN, SETTLE_WITHIN
from contracts.services import decisions, disputes, settlements
from contracts.services.decisions import Found
from contracts.services.statements import Told
from marketplace.demo.cast import Scene, read
from marketplace.demo.demand import hiring
from marketplace.kit.money import Money

# For how many days each of these has gone on, up to where it stands.
LASTS: Mapping[str, float] = {
    "disputed": 1,
    "settling": 3,
    "deciding": 9,
    "decided": 10,
    "final": 14,
    "settled": 2,
}
A_DAY = timedelta(days=1)


@dataclass
class Disagreements:
    """Plays disputes; what the two sides say comes from the file beside this module."""

    scene: Scene
    said: Any = field(default_factory=lambda: read("disputes"))
    played: int = 0

    def play(self, milestone: Milestone, how: str, at: datetime) -> None:
        """Play a dispute that begins at a moment, up to where it stands or ended."""
        dispute = self.open(milestone, at)
        if how == "disputed":
            return
        dispute = self.answer(dispute, at := at + A_DAY)
        if how in {"settling", "settled"}:
            dispute = self._name(dispute, per_cent=40, by=hiring(_client(dispute)), at=at)
        if how == "settled":
            self._name(dispute, per_cent=35, by=_expert(dispute), at=at)
        if how in {"settling", "settled"}:
            return
        passed_on = disputes.send_to_staff(dispute, at=(at := at + SETTLE_WITHIN))
        assert passed_on  # noqa: S101 (the time to settle is over)
        if how == "deciding":
            return
        self.decide(passed_on, at := at + 3 * A_DAY)
        if how == "final":
            decisions.finish(passed_on, at=at + APPEAL_WITHIN + timedelta(hours=3))

    def open(self, milestone: Milestone, at: datetime) -> Dispute:
        """Open one for the client, who wants most of it back."""
        self.played += 1
        milestone.refresh_from_db()
        return disputes.open_on(
            milestone,
            wants=_part(milestone.held, 20),
            told=self._told("claims", milestone),
            by=hiring(milestone.contract.organisation),
            at=at,
        )

    def answer(self, dispute: Dispute, at: datetime) -> Dispute:
        """Answer it for the expert, who wants all of it."""
        return disputes.answer(
            dispute,
            wants=dispute.amount,
            told=self._told("answers", dispute.milestone),
            by=_expert(dispute),
            at=at,
        )

    def decide(self, dispute: Dispute, at: datetime) -> Decision:
        """Decide it, by as many as it takes."""
        first, second, *_others = User.objects.filter(groups__name=DISPUTES).order_by("pk")
        checks = dispute.milestone.contract.checks.all()
        verdicts = ("met", "met", "missed", "open")
        found = {
            check.position: Found(verdict, self.said["findings"][verdict])
            for check, verdict in zip(checks, verdicts * 4, strict=False)
        }
        decision = decisions.decide(
            decisions.take(dispute, by=first, at=at),
            award=_part(dispute.amount, 65),
            found=found,
            reason=self._line("reasons"),
            public_text=self._line("public"),
            by=first,
            at=at,
        )
        if decision.status == Decision.Status.PROPOSED:
            decision = decisions.confirm(decision, by=second, at=at + timedelta(hours=2))
        return decision

    def _name(self, dispute: Dispute, *, per_cent: int, by: User, at: datetime) -> Dispute:
        return settlements.offer(dispute, _part(dispute.amount, per_cent), by=by, at=at)

    def _told(self, kind: str, milestone: Milestone) -> Told:
        checks = milestone.contract.checks.all()[:1]
        remarks = {check.position: self._line("remarks") for check in checks}
        return Told(self._line(kind), remarks=remarks, links=[self._line("links")])

    def _line(self, kind: str) -> str:
        """Return one of the lines of a kind, in turn with the disputes."""
        lines = self.said[kind]
        return str(lines[self.played % len(lines)])


def _client(dispute: Dispute) -> Any:
    return dispute.milestone.contract.organisation


def _expert(dispute: Dispute) -> User:
    return dispute.milestone.contract.expert.user


def _part(amount: Money, per_cent: int) -> Money:
    return amount.share(per_cent * 100)
