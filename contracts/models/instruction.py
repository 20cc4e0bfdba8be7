"""What our staff have done with a client's money by hand, which takes two of them."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from contracts.models.contract import Contract
from contracts.models.milestone import Milestone
from contracts.models.payment import Payment
from contracts.models.refund import Refund
from marketplace.kit.models import PublicIdField
from marketplace.kit.money import Money
from marketplace.kit.states import Stateful, Transition, moves, status_is_known


class InstructionStatus(models.TextChoices):
    """Where a row of Instruction stands."""

    DRAFT = "draft", _("Draft")
    PROPOSED = "proposed", _("Waits for a second person")
    CARRIED_OUT = "carried_out", _("Carried out")
    DROPPED = "dropped", _("Dropped")


S = InstructionStatus


class Instruction(Stateful):
    """One of our staff says what happens to money and why; another one confirms it, or drops it.

    It is about a payment that was set aside, or about what is held for a milestone.
    """

    class Kind(models.TextChoices):
        ADOPT = "adopt", _("Let a payment count")
        SEND_BACK = "send_back", _("Send a payment back")
        RETURN_HELD = "return_held", _("Return held money")

    Status = InstructionStatus

    MOVES = moves(
        propose=([S.DRAFT], S.PROPOSED),
        # A second person has said the same, and it was done at once.
        confirm=([S.PROPOSED], S.CARRIED_OUT),
        drop=([S.PROPOSED], S.DROPPED),
    )

    public_id = PublicIdField(prefix="ins")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    payment = models.ForeignKey(
        Payment, models.PROTECT, null=True, blank=True, related_name="instructions"
    )
    milestone = models.ForeignKey(
        Milestone, models.PROTECT, null=True, blank=True, related_name="instructions"
    )
    # Of what is held: the part of the price, before our fees.
    amount_minor = models.BigIntegerField(null=True, blank=True)
    reason = models.TextField(max_length=1000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    second = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    # What went back by it.
    refund = models.OneToOneField(
        Refund, models.PROTECT, null=True, blank=True, related_name="instruction"
    )
    created_at = models.DateTimeField()
    status = models.CharField(max_length=24, choices=Status.choices, default=Status.DRAFT)

    class Meta:
        ordering = ("pk",)
        constraints = (
            status_is_known(InstructionStatus, "instruction_status_known"),
            models.CheckConstraint(
                condition=Q(kind="return_held", payment=None, amount_minor__gt=0)
                & Q(milestone__isnull=False)
                | Q(kind__in=["adopt", "send_back"], milestone=None, amount_minor=None)
                & Q(payment__isnull=False),
                name="instruction_about_one",
            ),
            models.CheckConstraint(
                condition=(Q(second=None) | ~Q(second=F("by")))
                & (~Q(status="carried_out") | Q(second__isnull=False)),
                name="instruction_by_two_persons",
            ),
            models.UniqueConstraint(
                fields=("payment",), condition=Q(status="proposed"), name="instruction_one_payment"
            ),
            models.UniqueConstraint(
                fields=("milestone",),
                condition=Q(status="proposed"),
                name="instruction_one_milestone",
            ),
        )

    @property
    def contract(self) -> Contract:
        """Whose money it is."""
        return self.about.contract

    @property
    def about(self) -> Milestone:
        """The milestone the money is held for, or was paid for."""
        found = self.payment.milestone if self.payment else self.milestone
        assert found  # noqa: S101 (it is about the one or the other)
        return found

    @property
    def amount(self) -> Money:
        """What moves by it: all that came, or a part of the price without our fee on it."""
        if self.payment:
            return self.payment.received
        return Money(self.amount_minor or 0, self.contract.currency)


class InstructionEvent(Transition):
    """What happened to an instruction."""

    row = models.ForeignKey(Instruction, models.PROTECT, related_name="history")
