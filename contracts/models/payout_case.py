"""Money that is leaving and waits for a person, because of how it came; threat 12 of the design."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from contracts.models.operation import Operation
from experts.models import Expert
from marketplace.kit.models import PublicIdField
from marketplace.kit.states import Stateful, Transition, moves, status_is_known


class SignKind(models.TextChoices):
    """What money that is laundered looks like; `selectors/signs.py` says from which sum on."""

    VELOCITY = "velocity", _("Far more, or far more often, than before")
    ROUND_TRIP = "round_trip", _("It comes back to whom it came from")
    IN_AND_OUT = "in_and_out", _("In and out within two days")
    MANY_CLIENTS = "many_clients", _("Many small clients who hire nobody else")
    FAN_OUT = "fan_out", _("One client, many new experts, the same sum")
    COUNTRY = "country", _("Paid out in another country than the profile's")
    STRUCTURING = "structuring", _("Again and again just below what is looked at")
    LADDER = "ladder", _("More than an account of this age receives")
    NO_DELIVERY = "no_delivery", _("Released without work handed in and without a word")
    REFUNDS = "refunds", _("Paid and returned again and again")


class PayoutCaseStatus(models.TextChoices):
    """Where a row of PayoutCase stands."""

    OPEN = "open", _("Waits for a look")
    KEPT = "kept", _("Payouts are kept back")
    CLEARED = "cleared", _("Nothing wrong")


S = PayoutCaseStatus
# While a case stands here, nothing leaves to its account.
LIVE_CASES = (S.OPEN, S.KEPT)


class PayoutCase(Stateful):
    """Why nothing leaves to one account: an expert's payouts, or what goes back to a client.

    The money stays where it is in the books. There is one such case of an account at a time.
    """

    Status = PayoutCaseStatus

    MOVES = moves(
        keep=([S.OPEN], S.KEPT),
        clear=([S.OPEN, S.KEPT], S.CLEARED),
    )

    public_id = PublicIdField(prefix="pcs")
    expert = models.ForeignKey(
        Expert, models.PROTECT, related_name="payout_cases", null=True, blank=True
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="payout_cases", null=True, blank=True
    )
    opened_at = models.DateTimeField()
    # Until when the account's owner was told that somebody will have looked.
    look_until = models.DateTimeField()
    # Why our staff decided as they did, the last time; who and when is in the history.
    reason = models.TextField(_("why"), max_length=1000, blank=True)
    status = models.CharField(max_length=24, choices=Status.choices, default=Status.OPEN)

    class Meta:
        ordering = ("pk",)
        constraints = (
            status_is_known(PayoutCaseStatus, "payout_case_status_known"),
            models.CheckConstraint(
                condition=Q(expert=None) ^ Q(organisation=None), name="payout_case_of_one_account"
            ),
            models.UniqueConstraint(
                fields=("expert",), condition=Q(status__in=LIVE_CASES), name="payout_case_of_expert"
            ),
            models.UniqueConstraint(
                fields=("organisation",),
                condition=Q(status__in=LIVE_CASES),
                name="payout_case_of_client",
            ),
            models.CheckConstraint(
                condition=Q(status="open") | ~Q(reason=""), name="payout_case_judged_with_a_reason"
            ),
        )

    @property
    def name(self) -> str:
        """Whose money waits."""
        if self.expert:
            return self.expert.name
        return self.organisation.name if self.organisation else ""

    def is_late(self, at: datetime) -> bool:
        """Whether nobody has looked in the time its owner was told."""
        return self.status == self.Status.OPEN and self.look_until <= at


class PayoutCaseEvent(Transition):
    """What happened to a case."""

    row = models.ForeignKey(PayoutCase, models.PROTECT, related_name="history")


class Sign(models.Model):
    """One thing that was seen when one payout was about to leave."""

    Kind = SignKind

    case = models.ForeignKey(PayoutCase, models.PROTECT, related_name="signs")
    operation = models.ForeignKey(Operation, models.PROTECT, related_name="signs")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    # What it is about, so that the same is not asked again soon: a client's key, two countries.
    about = models.CharField(max_length=40, blank=True)
    seen_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=("case", "operation", "kind"), name="sign_once"),
        )
