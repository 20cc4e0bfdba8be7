"""Stripe's book of our balance, held against ours line by line, and what did not agree."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contracts.models.ledger import LedgerTransaction
from marketplace.kit.models import PublicIdField
from marketplace.kit.money import Money
from marketplace.kit.states import Stateful, Transition, moves, status_is_known


class Movement(models.Model):
    """One line of Stripe's book, as Stripe had it when its day was reconciled; never changed."""

    stripe_id = models.CharField(max_length=255, unique=True)
    kind = models.CharField(max_length=60)
    category = models.CharField(max_length=60)
    source_id = models.CharField(max_length=255, blank=True)
    description = models.TextField(blank=True)
    net_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    moved_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
        indexes = (models.Index(fields=("moved_at",), name="movement_of_a_day"),)

    @property
    def net(self) -> Money:
        """What it did to our balance."""
        return Money(self.net_minor, self.currency)


class Match(models.Model):
    """A posting of ours that a line of Stripe's accounts for; each posting has one line at most."""

    movement = models.ForeignKey(Movement, models.PROTECT, related_name="matches")
    posting = models.OneToOneField(LedgerTransaction, models.PROTECT, related_name="match")


class Reconciliation(models.Model):
    """One day of one currency, compared: what moved at Stripe, and what of it is in our books."""

    day = models.DateField()
    currency = models.CharField(max_length=3)
    movements = models.PositiveIntegerField()
    net_minor = models.BigIntegerField()
    matched_minor = models.BigIntegerField()
    done_at = models.DateTimeField()

    class Meta:
        ordering = ("-day", "currency")
        constraints = (
            models.UniqueConstraint(fields=("day", "currency"), name="reconciled_once_a_day"),
        )

    @property
    def net(self) -> Money:
        """What moved at Stripe on that day."""
        return Money(self.net_minor, self.currency)

    @property
    def matched(self) -> Money:
        """What of it is in our books."""
        return Money(self.matched_minor, self.currency)


class DifferenceStatus(models.TextChoices):
    """Where a row of Difference stands."""

    FOUND = "found", _("Found")
    OPEN = "open", _("Open")
    RESOLVED = "resolved", _("Resolved")


D = DifferenceStatus


class Difference(Stateful):
    """Something on which Stripe's book and ours do not agree, until somebody has explained it."""

    class Kind(models.TextChoices):
        MISSING = "missing", _("At Stripe, not in our books")
        EXTRA = "extra", _("In our books, not at Stripe")
        AMOUNT = "amount", _("Another amount")
        CURRENCY = "currency", _("Another currency")
        ORPHAN = "orphan", _("At Stripe, of something we do not know")
        BALANCE = "balance", _("The balance is not the sum of what moved")

    Status = DifferenceStatus

    MOVES = moves(
        report=([D.FOUND], D.OPEN),
        # A person says why it is as it is.
        explain=([D.OPEN], D.RESOLVED),
        # A person takes the posting of it back; a second one has agreed.
        take_back=([D.OPEN], D.RESOLVED),
        # A later look found that it agrees.
        vanish=([D.OPEN], D.RESOLVED),
        # It was explained away, and is there again with another amount.
        recur=([D.RESOLVED], D.OPEN),
    )

    public_id = PublicIdField(prefix="dif")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    # Names what it is about, so that it is found once: a line of Stripe's, or a key of ours.
    about = models.CharField(max_length=255)
    day = models.DateField()
    # What each side says it did to our Stripe balance; empty where a side says nothing.
    theirs_minor = models.BigIntegerField(null=True, blank=True)
    ours_minor = models.BigIntegerField(null=True, blank=True)
    their_currency = models.CharField(max_length=3, blank=True)
    our_currency = models.CharField(max_length=3, blank=True)
    movement = models.ForeignKey(
        Movement, models.PROTECT, null=True, blank=True, related_name="differences"
    )
    posting = models.ForeignKey(
        LedgerTransaction, models.PROTECT, null=True, blank=True, related_name="differences"
    )
    # The first of the two persons that a reversing posting takes, and why.
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    proposed_reason = models.TextField(max_length=1000, blank=True)
    found_at = models.DateTimeField()
    status = models.CharField(max_length=24, choices=Status.choices, default=Status.FOUND)

    class Meta:
        ordering = ("-day", "-pk")
        constraints = (
            status_is_known(DifferenceStatus, "difference_status_known"),
            models.CheckConstraint(
                condition=Q(
                    kind__in=["missing", "extra", "amount", "currency", "orphan", "balance"]
                ),
                name="difference_kind_known",
            ),
            models.UniqueConstraint(fields=("kind", "about"), name="difference_once"),
        )

    @property
    def theirs(self) -> Money | None:
        """What Stripe says it did to our balance."""
        if self.theirs_minor is None:
            return None
        return Money(self.theirs_minor, self.their_currency)

    @property
    def ours(self) -> Money | None:
        """What our books say it did to it."""
        return None if self.ours_minor is None else Money(self.ours_minor, self.our_currency)


class DifferenceEvent(Transition):
    """What happened to a difference."""

    row = models.ForeignKey(Difference, models.PROTECT, related_name="history")
