"""What an expert wants to hear of, and the narrow rows by which a new job finds them."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchQueryField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Cadence
from experts.models import Expert, Skill
from marketplace.kit.models import PublicIdField


class Alert(models.Model):
    """Which of the jobs that fit an expert they are told of, how soon, and from which score on.

    Every expert has the one of their profile, which has no filter; without a row it tells all that
    fits, at once. The others narrow: each filter that is empty lets everything pass.
    """

    public_id = PublicIdField(prefix="alr")
    expert = models.ForeignKey(Expert, models.CASCADE, related_name="alerts")
    is_default = models.BooleanField(default=False)
    name = models.CharField(_("name"), max_length=60)
    # Keys of skills, one of which the job has to ask for.
    wanted = ArrayField(models.BigIntegerField(), default=list, blank=True)
    # All of these have to occur in the title or the scope.
    words = models.CharField(_("words"), max_length=120, blank=True)
    least_budget_minor = models.BigIntegerField(default=0)
    least_score = models.PositiveSmallIntegerField(_("score of at least"), default=0)
    cadence = models.CharField(
        _("told"), max_length=8, choices=Cadence.choices, default=Cadence.NOW
    )
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("-is_default", "name")
        constraints = (
            models.UniqueConstraint(fields=("expert", "name"), name="alert_name_once"),
            models.UniqueConstraint(
                fields=("expert",), condition=models.Q(is_default=True), name="alert_one_default"
            ),
            models.CheckConstraint(
                condition=models.Q(cadence__in=Cadence.values), name="alert_cadence_known"
            ),
            models.CheckConstraint(
                condition=models.Q(least_score__lte=100), name="alert_score_of_100"
            ),
        )


# An alert that lets every job pass and tells of it at once, as those of profiles do.
ASKS_NOTHING = models.Q(
    wanted=None, words=None, least_budget_minor=None, least_score=None, cadence=None
)
# The rows of other zones are passed by, and those of dearer experts within each zone.
ASKED_IN_ORDER = ("skill", "level", "zone", "rate_minor")
# Everything else a job asks of a row is in the index, so the table is not read for it.
ASKED_OF_ALL = ("expert", "signature", "proven")
ASKED_OF_SOME = ("wanted", "words", "least_budget_minor", "least_score", "cadence")


class AlertEntry(models.Model):
    """One row for each alert and each valid badge of an expert who takes work.

    Triggers keep it equal to `jobs_alert_entries_of` (`alert_entry_signature.sql`) in the same
    transaction that changes a badge, a profile, a person or an alert; nothing else writes it. It
    holds all that a job asks before it is scored: a few ranges of two indexes answer a job.
    """

    expert = models.ForeignKey(Expert, models.CASCADE, related_name="+")
    skill = models.ForeignKey(Skill, models.CASCADE, related_name="+", db_index=False)
    level = models.PositiveSmallIntegerField()
    # Nothing for the default that has no row.
    alert = models.ForeignKey(
        Alert, models.CASCADE, null=True, related_name="+", db_constraint=False, db_index=False
    )
    rate_minor = models.PositiveIntegerField()
    # The first 32 bits of the MD5 of the IANA zone: a number is compared faster than a name.
    zone = models.IntegerField()
    # Four times the key of each skill with a valid badge, plus each level that it covers.
    proven = ArrayField(models.IntegerField())
    # The same as one number, of which one bit may stand for several of them: who lacks a bit lacks
    # the skill (`alert_entry_signature.sql`).
    signature = models.BigIntegerField(db_default=-1)
    # The filters of the alert; nothing where it has none, which takes no room in the index.
    wanted = ArrayField(models.BigIntegerField(), null=True)
    words = SearchQueryField(null=True)
    least_budget_minor = models.BigIntegerField(null=True)
    least_score = models.PositiveSmallIntegerField(null=True)
    cadence = models.CharField(max_length=8, null=True)  # noqa: DJ001 (the same)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("expert", "skill", "alert"),
                nulls_distinct=False,
                name="alert_entry_once",
            ),
        )
        indexes = (
            # Most ask nothing: without a column that may be nothing, a row takes half the time.
            # A job that takes people of any zone has each zone's rates looked up in turns.
            models.Index(
                fields=ASKED_IN_ORDER,
                include=ASKED_OF_ALL,
                condition=ASKS_NOTHING,
                name="alert_entry_open_in_zone",
            ),
            models.Index(
                fields=ASKED_IN_ORDER,
                include=(*ASKED_OF_ALL, *ASKED_OF_SOME),
                condition=~ASKS_NOTHING,
                name="alert_entry_choosy_in_zone",
            ),
        )
