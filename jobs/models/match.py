"""Why a job was shown to an expert, kept as it was then, with all that it was worked out from."""

from collections.abc import Iterable
from typing import Any, TypedDict

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from experts.models import Expert
from experts.models.skill import Level
from jobs.models.job import Job


class Reason(TypedDict):
    """One factor of a score: `points` out of `most`, and the values its sentence names."""

    code: str
    points: int
    most: int
    values: dict[str, Any]


# What a reason says to the expert, by its code. A code is never reused for another meaning, so that
# an old match still reads as it did.
SENTENCES = {
    "must": _("%(skill)s level %(level)s"),
    "nice": _("%(skill)s level %(level)s, which they would like"),
    "kind": _("%(has)s of the %(total)s skills that such work takes"),
    "rate": _("within your rate"),
    "any_rate": _("no limit on your rate"),
    "shared": _("%(hours)s shared hours"),
    "available": _("you are available now"),
    "available_soon": _("you are available within %(days)s days"),
    "recent": _("a badge from the last %(months)s months"),
    "kept": _("%(kept)s of %(total)s dates kept"),
    "new_here": _("you are new here"),
}
# What of it reads otherwise to the client.
SENTENCES_TO_CLIENT = SENTENCES | {
    "nice": _("%(skill)s level %(level)s, which you would like"),
    "rate": _("within your limit"),
    "any_rate": _("you set no limit on the rate"),
    "available": _("available now"),
    "available_soon": _("available within %(days)s days"),
}
# What would raise a factor that has not all its points, by its code.
RAISED_BY = {
    "must": _("A badge for %(skill)s above the level asked for would raise this."),
    "nice": _("A badge for %(skill)s at level %(level)s would raise this."),
    "kind": _("Badges for the other skills that such work takes would raise this."),
    "rate": _("A rate further below the job's limit would raise this."),
    "shared": _("More working hours shared with the client would raise this."),
    "available": _("More hours a week would raise this."),
    "available_soon": _("An earlier start would raise this."),
    "recent": _("A badge earned or renewed within six months would raise this."),
    "kept": _("Work that comes when it is due would raise this."),
    "new_here": _("Finished work that came when it was due would raise this."),
}

# What of a factor has not all its points, as the client reads it.
LACKING = {
    "must": _("A higher level would have more points."),
    "nice": _("Not proven at this level."),
    "kind": _("The others are not proven."),
    "rate": _("A lower rate would have more points."),
    "shared": _("More shared hours would have more points."),
    "available": _("Has fewer than 20 hours a week."),
    "available_soon": _("Whoever begins sooner has more points."),
    "recent": _("A newer badge would have more points."),
    "kept": _("Some work came late."),
    "new_here": _("Has finished no work here yet."),
}

PROVEN = frozenset({"must", "nice", "kind"})
# Has points and is no reason to be told.
UNSAID = "new_here"


def sentence(reason: Reason) -> str:
    """Say a reason in a few words: "RAG level 3"."""
    return str(SENTENCES[reason["code"]]) % _values(reason)


def sentence_to_client(reason: Reason) -> str:
    """Say it as the client reads it."""
    return str(SENTENCES_TO_CLIENT[reason["code"]]) % _values(reason)


def given_reasons(reasons: Iterable[Reason]) -> list[Reason]:
    """Return those that speak for the match."""
    return [reason for reason in reasons if reason["points"] and reason["code"] != UNSAID]


def raised_by(reason: Reason) -> str:
    """Say what would raise a reason; nothing when it has all its points, or all one can have."""
    return "" if _is_all(reason) else str(RAISED_BY.get(reason["code"], "")) % _values(reason)


def lacking(reason: Reason) -> str:
    """Say to the client why a reason has not all its points; nothing where it can have no more."""
    return "" if _is_all(reason) else str(LACKING.get(reason["code"], ""))


def _is_all(reason: Reason) -> bool:
    """Whether it has all its points, or all one can have: there is no level above the third."""
    is_highest = reason["code"] == "must" and reason["values"]["level"] == Level.LED
    return is_highest or reason["points"] == reason["most"]


def _values(reason: Reason) -> dict[str, Any]:
    """Return the values of a sentence; a skill is kept in English and named as its reader does."""
    values = reason["values"]
    return values | {"skill": gettext(values["skill"])} if "skill" in values else values


class Ranking(models.Model):
    """One working out of whom a job fits: what it asked for, on which day, by which algorithm."""

    job = models.ForeignKey(Job, models.CASCADE, related_name="rankings")
    algorithm = models.CharField(max_length=20)
    ranked_on = models.DateField()
    # The job's `scoring.Demand` as it was.
    demand = models.JSONField()
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)


# A broad job has tens of thousands of rows, and looking up each of their keys costs more than
# writing them. The statement that writes them has read the keys from their tables, whose rows stay.
UNCHECKED: Any = {"db_constraint": False}


class Worked(models.Model):
    """A score with its reasons, and what of the expert went into it (`scoring.Supply`)."""

    # Nothing for what is older than rankings.
    ranking = models.ForeignKey(
        Ranking,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        **UNCHECKED,
    )
    score = models.PositiveSmallIntegerField()
    reasons = models.JSONField(default=list)
    inputs = models.JSONField(null=True, blank=True)
    algorithm = models.CharField(max_length=20)
    created_at = models.DateTimeField()

    class Meta:
        abstract = True


class MatchQuerySet(models.QuerySet["Match"]):
    """Which matches count now."""

    def fitting(self) -> "MatchQuerySet":
        """Those whose job, as it is now, still fits."""
        return self.filter(fits=True)


class Match(Worked):
    """One expert a job fits, with the score and the reasons as they are shown.

    When the job changes it is worked out anew; what was shown before is kept as a `MatchSnapshot`.
    """

    job = models.ForeignKey(
        Job, models.CASCADE, related_name="matches", db_index=False, **UNCHECKED
    )
    expert = models.ForeignKey(Expert, models.CASCADE, related_name="matches", **UNCHECKED)
    # Had finished no work here; see the newcomers' places in `selectors.invitations`.
    is_new = models.BooleanField(default=False)
    # The job has not changed since into one that no longer fits.
    fits = models.BooleanField(default=True)
    # When the expert is to be told of it; nothing for never: their alerts do not ask for it.
    due_at = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)

    objects: Any = MatchQuerySet.as_manager()

    class Meta:
        ordering = ("-score", "pk")
        constraints = (
            models.UniqueConstraint(fields=("job", "expert"), name="match_once"),
            models.CheckConstraint(condition=models.Q(score__lte=100), name="match_score_of_100"),
        )
        indexes = (
            models.Index(
                fields=("due_at",),
                condition=models.Q(due_at__isnull=False, told_at=None),
                name="match_to_tell",
            ),
        )

    @property
    def sentences(self) -> list[tuple[str, bool]]:
        """The reasons in words, in the order they were weighed, and whether a badge proves each."""
        given = given_reasons(self.reasons)
        return [(sentence(reason), reason["code"] in PROVEN) for reason in given]

    @property
    def sentences_to_client(self) -> list[tuple[str, bool]]:
        """The same as the client reads them."""
        return [
            (sentence_to_client(reason), reason["code"] in PROVEN)
            for reason in given_reasons(self.reasons)
        ]

    @property
    def factors(self) -> list[tuple[str, int, int, str]]:
        """Each factor in words, its points, the most it could have, and what would raise it."""
        return [
            (sentence(reason), reason["points"], reason["most"], raised_by(reason))
            for reason in self.reasons
        ]

    @property
    def factors_to_client(self) -> list[tuple[str, int, int, str]]:
        """Each factor in words, its points, the most it could have, and what it lacks of them."""
        return [
            (sentence_to_client(reason), reason["points"], reason["most"], lacking(reason))
            for reason in self.reasons
        ]


class MatchSnapshot(Worked):
    """A match as it was shown or mailed before its job changed; only what differs is kept."""

    job = models.ForeignKey(Job, models.CASCADE, related_name="+")
    expert = models.ForeignKey(Expert, models.CASCADE, related_name="+")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("ranking", "expert"), name="snapshot_once"),)
