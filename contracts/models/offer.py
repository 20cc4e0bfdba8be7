"""Binding terms a client sends to one expert, version by version, open until they expire."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from jobs.models import Proposal, Side
from jobs.models.plan import AcceptanceCheck, PricedPart
from marketplace.kit.models import PublicIdField
from marketplace.kit.money import Money, total_of
from marketplace.kit.states import Stateful, Transition, moves, status_is_known
from marketplace.kit.words import money_text


class OfferQuerySet(models.QuerySet["Offer"]):
    """Who reads an offer."""

    def visible_to(self, user: User | AnonymousUser) -> OfferQuerySet:
        """The client's members, and the expert once it has been sent."""
        if not isinstance(user, User):
            return self.none()
        own = Organisation.objects.visible_to(user)
        client = models.Q(proposal__job__organisation__in=own)
        expert = models.Q(proposal__expert__user=user) & ~models.Q(status=Offer.Status.DRAFT)
        return self.filter(client | expert)


class OfferStatus(models.TextChoices):
    """Where a row of Offer stands."""

    DRAFT = "draft", _("Draft")
    SENT = "sent", _("Sent")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    COUNTERED = "countered", _("Answered with other terms")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    EXPIRED = "expired", _("Expired")


class Offer(Stateful):
    """One set of terms; the fees are frozen in it, so that a later price list changes nothing."""

    Status = OfferStatus

    MOVES = moves(
        send=([Status.DRAFT], Status.SENT),
        accept=([Status.SENT], Status.ACCEPTED),
        decline=([Status.SENT], Status.DECLINED),
        counter=([Status.SENT], Status.COUNTERED),
        withdraw=([Status.DRAFT, Status.SENT], Status.WITHDRAWN),
        expire=([Status.SENT], Status.EXPIRED),
    )

    public_id = PublicIdField(prefix="ofr")
    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="offers")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="offers")
    # Who names these terms; the other side answers.
    side = models.CharField(max_length=8, choices=Side.choices, default=Side.CLIENT)
    # The version that these terms answer, and which one it is in that row of answers.
    answers = models.OneToOneField(
        "self", models.PROTECT, related_name="answer", null=True, blank=True
    )
    number = models.PositiveSmallIntegerField(default=1)
    title = models.CharField(_("title"), max_length=120)
    message = models.TextField(_("message"), max_length=2000, blank=True)
    # Of hourly work: the price of an hour, and how many of a week may be paid for.
    rate_minor = models.BigIntegerField(null=True, blank=True)
    weekly_minutes = models.PositiveIntegerField(null=True, blank=True)
    currency = models.CharField(max_length=3, default="usd")
    client_fee_bps = models.PositiveSmallIntegerField()
    expert_fee_bps = models.PositiveSmallIntegerField()
    review_window_days = models.PositiveSmallIntegerField(_("days to review submitted work"))
    # References into the library of clauses, one for each topic; none in offers older than it.
    clauses = models.JSONField(default=list, blank=True)
    # Of the terms as they were sent (`offered.document_of`); none in offers older than it.
    sha256 = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    decline_note = models.TextField(max_length=1000, blank=True)
    status = models.CharField(max_length=24, choices=Status.choices, default=Status.DRAFT)

    objects: ClassVar[OfferQuerySet] = OfferQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = (
            status_is_known(OfferStatus, "offer_status_known"),
            models.UniqueConstraint(
                fields=("proposal",),
                condition=models.Q(status__in=("draft", "sent", "accepted")),
                name="offer_one_live",
            ),
            models.CheckConstraint(
                condition=models.Q(number=1, answers=None, side="client")
                | models.Q(number__gt=1, answers__isnull=False),
                name="offer_answers_another",
            ),
            models.CheckConstraint(
                condition=models.Q(review_window_days__gte=3, review_window_days__lte=30),
                name="offer_window_sane",
            ),
            models.CheckConstraint(
                condition=models.Q(rate_minor=None, weekly_minutes=None)
                | models.Q(
                    rate_minor__gt=0,
                    weekly_minutes__gt=0,
                    rate_minor=models.F("rate_minor") / 100 * 100,
                ),
                name="offer_rate_sane",
            ),
        )

    @property
    def is_from_expert(self) -> bool:
        """Whether the expert names these terms, as an answer to the client's."""
        return self.side == Side.EXPERT

    @property
    def maker_name(self) -> str:
        """The side that names these terms, as the other reads it."""
        proposal = self.proposal
        return proposal.expert.name if self.is_from_expert else proposal.job.organisation.name

    @property
    def answerer_name(self) -> str:
        """The side that answers."""
        proposal = self.proposal
        return proposal.job.organisation.name if self.is_from_expert else proposal.expert.name

    @property
    def is_hourly(self) -> bool:
        """Whether it is hours that are offered, and no milestones."""
        return self.rate_minor is not None

    @property
    def rate(self) -> Money:
        """The price of an hour, before our fee; nothing where milestones are offered."""
        return Money(self.rate_minor or 0, self.currency)

    @property
    def price_text(self) -> str:
        """What is offered in few words: a total, or the price of an hour."""
        if not self.is_hourly:
            return money_text(self.total)
        return _("%(rate)s an hour") % {"rate": money_text(self.rate)}

    @property
    def total(self) -> Money:
        """What the expert is paid over all milestones, before fees; no query if it came along."""
        if "total_minor" in self.__dict__:
            return Money(self.__dict__["total_minor"], self.currency)
        return total_of((row.amount for row in self.milestones.all()), self.currency)


class OfferEvent(Transition):
    """What happened to an offer."""

    row = models.ForeignKey(Offer, models.PROTECT, related_name="history")


class OfferMilestone(PricedPart):
    """One part of the work as it is offered."""

    offer = models.ForeignKey(Offer, models.CASCADE, related_name="milestones")

    class Meta(PricedPart.Meta):
        constraints = (
            models.UniqueConstraint(fields=("offer", "position"), name="offer_position_once"),
            models.CheckConstraint(
                condition=models.Q(amount_minor__gt=0), name="offer_amount_positive"
            ),
        )

    @property
    def amount(self) -> Money:
        """The price of this part."""
        return Money(self.amount_minor, self.offer.currency)


class OfferCheck(AcceptanceCheck):
    """One acceptance check as it is offered."""

    offer = models.ForeignKey(Offer, models.CASCADE, related_name="checks")

    class Meta(AcceptanceCheck.Meta):
        constraints = (
            models.UniqueConstraint(fields=("offer", "position"), name="offer_check_once"),
        )
