"""What somebody tells our staff about a thing on the site, until a person has answered it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.kit.models import PublicIdField
from marketplace.kit.states import Stateful, Transition, moves, status_is_known


class FlagStatus(models.TextChoices):
    """Where a row of Flag stands."""

    DRAFT = "draft", _("Draft")
    OPEN = "open", _("Open")
    DISMISSED = "dismissed", _("Nothing to object to")
    UPHELD = "upheld", _("Upheld")


class Flag(Stateful):
    """One person's word about one thing; apps say in `accounts.flagging` which things there are."""

    Status = FlagStatus

    class Reason(models.TextChoices):
        SCAM = "scam", _("It looks like a fraud")
        ELSEWHERE = "elsewhere", _("It asks to talk or pay outside this site")
        UNTRUE = "untrue", _("It claims what is not true")
        ABUSE = "abuse", _("It is insulting or discriminating")
        SPAM = "spam", _("It is advertising, or posted again and again")
        OTHER = "other", _("Something else")

    MOVES = moves(
        report=([Status.DRAFT], Status.OPEN),
        dismiss=([Status.OPEN], Status.DISMISSED),
        uphold=([Status.OPEN], Status.UPHELD),
    )

    public_id = PublicIdField(prefix="flg")
    # Which sort of thing, and its public id.
    kind = models.CharField(max_length=16)
    about = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    url = models.CharField(max_length=200)
    # Whose it was when it was reported: they are told if the report is upheld.
    owners = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", blank=True)
    reason = models.CharField(max_length=12, choices=Reason.choices)
    note = models.TextField(max_length=1000, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="flags")
    created_at = models.DateTimeField()
    # What our staff found; both sides of an upheld report read it, of a dismissed one who reported.
    answer = models.TextField(max_length=1000, blank=True)
    status = models.CharField(max_length=24, choices=Status.choices, default=Status.DRAFT)

    objects: ClassVar[models.Manager["Flag"]] = models.Manager()

    class Meta:
        ordering = ("created_at", "pk")
        constraints = (
            status_is_known(FlagStatus, "flag_status_known"),
            models.UniqueConstraint(
                fields=("kind", "about", "by"),
                condition=models.Q(status__in=("draft", "open")),
                name="flag_once_at_a_time",
            ),
        )
        indexes = (
            models.Index(
                fields=("created_at",), condition=models.Q(status="open"), name="flag_open"
            ),
        )


class FlagEvent(Transition):
    """What happened to a flag."""

    row = models.ForeignKey(Flag, models.PROTECT, related_name="history")
