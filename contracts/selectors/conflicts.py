"""Who may not decide a dispute: asks the one rule, which the database keeps, and says it in words.

The rule is `contracts_dispute_conflict` (migrations/disputes.sql), on top of the reviewers' own.
"""

from datetime import datetime

from django.db.models import CharField, F, Func, Value
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from contracts.models import Dispute

WORDS: dict[str, str | Promise] = {
    "self": _("You are the expert of this contract."),
    "organisation": _("You and the expert belong to the same organisation."),
    "money": _("You and the expert have an open contract with each other's side."),
    "counterparty": _("You and the expert worked together within the last two years."),
    "client": _("You belong to the client of this contract."),
    "client_money": _("You have an open contract with this client."),
    "client_counterparty": _("You worked for this client within the last two years."),
    "judged": _("You judged a badge of this expert within the last two years."),
    "decided": _("You had a part in the decision that is appealed. Somebody else decides now."),
}


class DisputeConflict(Func):
    """The reason why a person may not decide the dispute of a row; null when there is none."""

    function = "contracts_dispute_conflict"
    output_field = CharField()

    def __init__(self, user: User, dispute: str, at: datetime) -> None:
        super().__init__(Value(user.pk), F(dispute), Value(at.date()))


def conflict_of(user: User, dispute: Dispute, *, at: datetime) -> str:
    """Return the reason why this person may not decide this dispute; empty when there is none."""
    asked = Dispute.objects.filter(pk=dispute.pk)
    return asked.values_list(DisputeConflict(user, "pk", at), flat=True).get() or ""
