"""What people are told when a contract pauses and when it goes on."""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import Kind, User
from accounts.services.notifications import Message, in_readers_languages
from contracts.models import Contract, Pause
from contracts.services.telling import about, both_sides, brief, tell
from marketplace.kit.words import day_text


@in_readers_languages
def contract_is_paused(contract: Contract, at: datetime) -> None:
    """Tell both sides who paused it, why, what goes on all the same, and when it ends."""
    row = contract.pauses.last()
    if row is None:
        return

    def write(user: User) -> Message:
        values = _of(row) | {"day": day_text(row.ends_at), "note": row.note}
        body = _(
            "Reason: %(why)s. No new money is asked for and nobody has to hand anything in. Work in"
            " review is still released when its time is over. The pause ends on %(day)s at the"
            " latest; %(who)s can end it before."
        )
        if row.note:
            body += "\n\n" + _("They wrote: %(note)s")
        return about(
            contract,
            user,
            kind=Kind.DEADLINE,
            key=f"contract:{contract.public_id}:paused:{row.pk}",
            subject=_("%(who)s paused %(title)s until %(day)s at the latest") % values,
            body=body % values,
            action=_("Open the contract"),
        )

    tell(both_sides(contract), write, at)


@in_readers_languages
def contract_goes_on(contract: Contract, at: datetime) -> None:
    """Tell both sides that the pause is over."""
    row = contract.pauses.last()
    if row is None:
        return
    by_itself = row.ended_by_id is None

    def write(user: User) -> Message:
        body = (
            _("The time of the pause is over. Whoever needs more of it pauses again.")
            if by_itself
            else _("%(who)s ended the pause. The contract says whose move it is.")
        )
        return about(
            contract,
            user,
            kind=Kind.DEADLINE,
            key=f"contract:{contract.public_id}:resumed:{row.pk}",
            subject=_("%(title)s goes on") % _of(row),
            body=body % _of(row),
            action=_("Open the contract"),
        )

    tell(both_sides(contract), write, at)


def _of(row: Pause) -> dict[str, str]:
    return {
        "title": brief(row.contract.title),
        "who": brief(row.who),
        "why": str(row.get_reason_display()),
    }
