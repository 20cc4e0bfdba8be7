"""What people are told about consultations; every moment is on the reader's own clock."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Kind, User
from accounts.services.notifications import Message, in_readers_languages
from contracts.models import Consultation
from contracts.services.telling import about, both_sides, brief, tell
from marketplace.kit.words import deadline_text, money_text


@in_readers_languages
def was_booked(row: Consultation, at: datetime) -> None:
    """Tell both sides when it is, and that there is a calendar file."""

    def write(user: User) -> Message:
        values = _of(row)
        return _about(
            row,
            user,
            step="booked",
            subject=_("Consultation on %(moment)s, %(amount)s held") % values,
            body=_(
                "%(client)s and %(expert)s meet for %(minutes)d minutes. The page has the"
                " question, a file for your calendar, and the rules for not coming."
            )
            % values,
        )

    tell(both_sides(row.contract), write, at)


@in_readers_languages
def was_called_off(row: Consultation, at: datetime) -> None:
    """Tell both sides that it is off and the money goes back."""

    def write(user: User) -> Message:
        return _about(
            row,
            user,
            step="off",
            subject=_("Called off: the consultation on %(moment)s") % _of(row),
            body=_("All of the money goes back to the card that paid, our fee included."),
        )

    tell(both_sides(row.contract), write, at)


@in_readers_languages
def expert_did_not_come(row: Consultation, at: datetime) -> None:
    """Tell the expert what the client says, and until when they can contradict."""

    def write(user: User) -> Message:
        assert row.due_at  # noqa: S101 (set before it is told)
        values = _of(row) | {"due": deadline_text(row.due_at)}
        return _about(
            row,
            user,
            step="missed",
            subject=_("%(client)s says that you did not come. Answer by %(due)s") % values,
            body=_(
                "If it took place, say so and add your notes. Without an answer by %(due)s the"
                " money goes back."
            )
            % values,
        )

    tell([row.contract.expert.user], write, at)


def _about(row: Consultation, user: User, *, step: str, subject: str, body: str) -> Message:
    return about(
        row.contract,
        user,
        kind=Kind.DEADLINE,
        key=f"consultation:{row.public_id}:{step}",
        subject=subject,
        body=body,
        action=_("Open the consultation"),
        url=reverse("contracts:consultation", args=[row.public_id]),
    )


def _of(row: Consultation) -> dict[str, object]:
    contract = row.contract
    return {
        "moment": deadline_text(row.slot.starts_at),
        "minutes": row.slot.minutes,
        "amount": money_text(row.milestone.amount),
        "client": brief(contract.organisation.name),
        "expert": brief(contract.expert.name),
    }
