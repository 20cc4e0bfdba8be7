"""What each side says of the other once the work is done; hidden until both are in."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from contracts.models.contract import Contract
from experts.models import ScoreKey

# How long the side that was spoken of may answer, once, after publication.
REPLY_WINDOW = timedelta(days=28)


class ClientScoreKey(models.TextChoices):
    """What an expert rates a client in, in the order in which it is asked."""

    CLARITY = "clarity", _("Clear about what was wanted")
    COMMUNICATION = "communication", _("Communication")
    TIMELINESS = "timeliness", _("Funded and decided in time")
    FAIRNESS = "fairness", _("Fair about changes")
    ACCESS = "access", _("Gave access and data")
    WORK_AGAIN = "work_again", _("Would work with again")


class Feedback(models.Model):
    """A public rating and six sub-scores, 1 to 5; published when both sides are in or the window
    has ended. The side it is about may reply once."""

    class Side(models.TextChoices):
        CLIENT = "client", _("Client")
        EXPERT = "expert", _("Expert")

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="feedback")
    side = models.CharField(max_length=6, choices=Side.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    rating = models.PositiveSmallIntegerField(_("rating"))
    # {ScoreKey or ClientScoreKey: 1 to 5}; empty for what was said before there were any.
    scores = models.JSONField(default=dict)
    text = models.TextField(_("in your words"), max_length=1500)
    # Whether this side had just lost a dispute about the work; said beside the words, and halved.
    follows_lost_dispute = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)
    reply = models.TextField(_("reply"), max_length=1000, blank=True)
    replied_at = models.DateTimeField(null=True, blank=True)
    replied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("contract", "side"), name="feedback_once_per_side"),
            models.CheckConstraint(
                condition=models.Q(rating__gte=1, rating__lte=5), name="feedback_in_range"
            ),
        )

    @property
    def keys(self) -> type[ScoreKey] | type[ClientScoreKey]:
        """What this side rates the other in."""
        return SCORE_KEYS[self.Side(self.side)]

    @property
    def named_scores(self) -> list[tuple[str, int]]:
        """The sub-scores with their names, as bars show them."""
        return [
            (str(key.label), self.scores[key.value])
            for key in self.keys
            if key.value in self.scores
        ]

    @property
    def reply_until(self) -> datetime | None:
        """When the side it is about can reply no more; nothing before it is public."""
        return self.published_at + REPLY_WINDOW if self.published_at else None

    def may_be_replied_to(self, at: datetime) -> bool:
        """Whether it is public, unanswered and not too old."""
        return self.reply_until is not None and not self.reply and at < self.reply_until


SCORE_KEYS: dict[Feedback.Side, type[ScoreKey] | type[ClientScoreKey]] = {
    Feedback.Side.CLIENT: ScoreKey,
    Feedback.Side.EXPERT: ClientScoreKey,
}
