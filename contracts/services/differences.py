"""The difference between what is agreed and what is proposed: drawn line by line, then applied."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from contracts import written
from contracts.models import AmendmentLine, Contract, ContractCheck, Milestone
from contracts.models.milestone import UNDER_WAY, UNPAID
from contracts.services import milestones, offered
from contracts.services.offered import Part, TermsAreOutOfBounds
from contracts.services.releases import MoreThanIsHeld
from contracts.written import check_values, milestone_values
from jobs import clauses
from jobs.models.job import MOST_CHECKS
from jobs.models.proposal import MOST_MILESTONES
from marketplace.kit.errors import DomainError
from marketplace.kit.money import Money

Subject = AmendmentLine.Subject
S = Milestone.Status


@dataclass(frozen=True, slots=True)
class Planned:
    """A milestone nobody has paid for, as it would be; `of` is the one it is now, if any."""

    title: str
    amount: Money
    due_on: date
    of: Milestone | None = None

    @property
    def values(self) -> Mapping[str, Any]:
        """The milestone as plain values."""
        return milestone_values(self.title, self.amount, self.due_on)


@dataclass(frozen=True, slots=True)
class Check:
    """A check as it would be; `of` is the one it is now, if any."""

    metric: str
    comparator: str
    target: str
    unit: str
    how: str
    of: ContractCheck | None = None

    @property
    def values(self) -> Mapping[str, Any]:
        """The check as plain values."""
        return {name: getattr(self, name) for name in written.CHECK_FIELDS}


class TermsHaveChanged(DomainError):
    """The contract is no longer what the proposal was written for."""

    code = "terms_have_changed"
    sentence = _(
        "The contract has changed since this was proposed: something was paid, released or changed."
        " Read it anew and propose again."
    )


class MilestoneIsDisputed(DomainError):
    """Money in a dispute is shared by the dispute."""

    code = "milestone_is_disputed"
    sentence = _("A milestone is in dispute. Settle that first: its money is shared there.")


# --- Drawing it


def refuse_counts(contract: Contract, planned: Sequence[Planned], checks: Sequence[Check]) -> None:
    """Refuse more milestones or checks than a contract may have.

    :raises TermsAreOutOfBounds: then.
    """
    paid = contract.milestones.filter(kind=Milestone.Kind.WORK)
    paid = paid.exclude(status__in=(*UNPAID, S.CANCELLED))
    if paid.count() + len(planned) > MOST_MILESTONES:
        raise TermsAreOutOfBounds(_("Plan at most %d milestones.") % MOST_MILESTONES)
    if len(checks) > MOST_CHECKS:
        raise TermsAreOutOfBounds(_("Agree on at most %d checks.") % MOST_CHECKS)


def milestone_lines(
    contract: Contract, planned: Sequence[Planned], at: datetime
) -> Iterator[AmendmentLine]:
    """Hold what is planned against the milestones without money; what is missing is cancelled.

    :raises TermsHaveChanged: when a milestone to change has been paid for or cancelled.
    :raises TermsAreOutOfBounds: on an amount or a date that no contract may have.
    """
    unpaid = contract.milestones.filter(kind=Milestone.Kind.WORK, status__in=UNPAID)
    now = {row.pk: row for row in unpaid.select_related("contract")}
    for number, wanted in enumerate(planned, start=1):
        milestone = now.pop(wanted.of.pk, None) if wanted.of else None
        if wanted.of and milestone is None:
            raise TermsHaveChanged
        before = _values_of(milestone) if milestone else {}
        if before == wanted.values:
            continue
        offered.refuse_part_out_of_bounds(
            number, Part(wanted.title, wanted.amount, wanted.due_on), at
        )
        yield AmendmentLine(
            subject=Subject.MILESTONE_CHANGED if milestone else Subject.MILESTONE_ADDED,
            milestone=milestone,
            before=before,
            after=wanted.values,
        )
    for milestone in now.values():
        yield AmendmentLine(
            subject=Subject.MILESTONE_CANCELLED, milestone=milestone, before=_values_of(milestone)
        )


def check_lines(contract: Contract, checks: Sequence[Check]) -> Iterator[AmendmentLine]:
    """Hold the checks there would be against those that hold now; what is missing is dropped.

    :raises TermsHaveChanged: when a check to change is not agreed any more.
    """
    now = {row.pk: row for row in contract.agreed_checks}
    for wanted in checks:
        check = now.pop(wanted.of.pk, None) if wanted.of else None
        if wanted.of and check is None:
            raise TermsHaveChanged
        before = check_values(check) if check else {}
        if before != wanted.values:
            yield AmendmentLine(
                subject=Subject.CHECK_CHANGED if check else Subject.CHECK_ADDED,
                agreed_check=check,
                before=before,
                after=wanted.values,
            )
    for check in now.values():
        yield AmendmentLine(
            subject=Subject.CHECK_REMOVED, agreed_check=check, before=check_values(check)
        )


def window_lines(contract: Contract, days: int) -> Iterator[AmendmentLine]:
    """Hold one review window against the other."""
    if days != contract.review_window_days:
        yield AmendmentLine(
            subject=Subject.REVIEW_WINDOW,
            before={"days": contract.review_window_days},
            after={"days": days},
        )


def clause_lines(contract: Contract, refs: Sequence[str]) -> Iterator[AmendmentLine]:
    """Hold the clauses there would be against those that hold now, topic by topic.

    :raises TermsAreOutOfBounds: unless one clause of the library is named for each topic.
    """
    offered.refuse_other_clauses(refs)
    now = {row.topic: row.ref for row in clauses.named(contract.clauses)}
    for wanted in clauses.named(refs):
        before = now.get(wanted.topic, "")
        if before != wanted.ref:
            yield AmendmentLine(
                subject=Subject.CLAUSE,
                before={"ref": before} if before else {},
                after={"ref": wanted.ref},
            )


def share_lines(contract: Contract, shares: Mapping[int, Money]) -> Iterator[AmendmentLine]:
    """Say of each milestone's held money, by its key, what the expert would get.

    :raises TermsHaveChanged: unless the shares name exactly what is held.
    :raises MoreThanIsHeld: unless each is within what is held.
    :raises MilestoneIsDisputed: while one is.
    """
    held = held_now(contract)
    if not held or held.keys() != shares.keys():
        raise TermsHaveChanged
    for key, milestone in held.items():
        if not Money(0, contract.currency) <= shares[key] <= milestone.held:
            raise MoreThanIsHeld
        yield AmendmentLine(
            subject=Subject.SHARE,
            milestone=milestone,
            before={"held_minor": milestone.held.minor},
            after={"expert_minor": shares[key].minor},
        )


def held_now(contract: Contract) -> dict[int, Milestone]:
    """The milestones that hold money now, by their keys.

    :raises MilestoneIsDisputed: if the money of one is disputed.
    """
    rows = contract.milestones.filter(status__in=(*UNDER_WAY, S.DISPUTED))
    found = {row.pk: row for row in rows.select_related("contract")}
    if any(row.status == S.DISPUTED for row in found.values()):
        raise MilestoneIsDisputed
    return found


def _values_of(milestone: Milestone) -> Mapping[str, Any]:
    return milestone_values(milestone.title, milestone.amount, milestone.due_on)


# --- Applying it


def apply(contract: Contract, line: AmendmentLine, *, by: User, at: datetime) -> None:
    """Let one line hold.

    :raises TermsHaveChanged: when the contract is no longer what the line was written for.
    """
    APPLIED[Subject(line.subject)](contract, line, by, at)


def _add_milestone(contract: Contract, line: AmendmentLine, _by: User, _at: datetime) -> None:
    last = contract.milestones.order_by("position").last()
    Milestone.objects.create(
        contract=contract,
        position=last.position + 1 if last else 1,
        **line.after | {"due_on": date.fromisoformat(line.after["due_on"])},
    )


def _change_milestone(_contract: Contract, line: AmendmentLine, _by: User, _at: datetime) -> None:
    milestone = line.milestone
    if milestone is None or milestone.status != S.PLANNED or _values_of(milestone) != line.before:
        raise TermsHaveChanged
    milestone.title = line.after["title"]
    milestone.amount_minor = line.after["amount_minor"]
    milestone.due_on = date.fromisoformat(line.after["due_on"])
    milestone.save(update_fields=["title", "amount_minor", "due_on"])


def _cancel_milestone(_contract: Contract, line: AmendmentLine, by: User, at: datetime) -> None:
    if line.milestone is None or not line.milestone.may("cancel"):
        raise TermsHaveChanged
    line.milestone.move("cancel", by=by, at=at)


def _add_check(contract: Contract, line: AmendmentLine, _by: User, _at: datetime) -> None:
    last = contract.checks.order_by("position").last()
    position = last.position + 1 if last else 1
    ContractCheck.objects.create(contract=contract, position=position, **line.after)


def _change_check(contract: Contract, line: AmendmentLine, _by: User, at: datetime) -> None:
    position = _drop(line, at).position
    ContractCheck.objects.create(contract=contract, position=position, **line.after)


def _remove_check(_contract: Contract, line: AmendmentLine, _by: User, at: datetime) -> None:
    _drop(line, at)


def _drop(line: AmendmentLine, at: datetime) -> ContractCheck:
    check = line.agreed_check
    if check is None or not check.is_agreed:
        raise TermsHaveChanged
    check.dropped_at = at
    check.save(update_fields=["dropped_at"])
    return check


def _set_window(contract: Contract, line: AmendmentLine, _by: User, _at: datetime) -> None:
    if contract.review_window_days != line.before["days"]:
        raise TermsHaveChanged
    contract.review_window_days = line.after["days"]
    contract.save(update_fields=["review_window_days"])


def _exchange_clause(contract: Contract, line: AmendmentLine, _by: User, _at: datetime) -> None:
    wanted = clauses.library()[line.after["ref"]]
    now = {row.topic: row.ref for row in clauses.named(contract.clauses)}
    if now.get(wanted.topic, "") != line.before.get("ref", ""):
        raise TermsHaveChanged
    now[wanted.topic] = wanted.ref
    contract.clauses = [now[topic] for topic in clauses.Topic if topic in now]
    contract.save(update_fields=["clauses"])


def _share_out(_contract: Contract, line: AmendmentLine, by: User, at: datetime) -> None:
    assert line.milestone  # noqa: S101 (written with the line)
    milestones.share(line.milestone, line.to_expert, by=by, at=at)


APPLIED: Mapping[Subject, Callable[[Contract, AmendmentLine, User, datetime], None]] = {
    Subject.MILESTONE_ADDED: _add_milestone,
    Subject.MILESTONE_CHANGED: _change_milestone,
    Subject.MILESTONE_CANCELLED: _cancel_milestone,
    Subject.CHECK_ADDED: _add_check,
    Subject.CHECK_CHANGED: _change_check,
    Subject.CHECK_REMOVED: _remove_check,
    Subject.REVIEW_WINDOW: _set_window,
    Subject.CLAUSE: _exchange_clause,
    Subject.SHARE: _share_out,
}
