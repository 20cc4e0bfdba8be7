"""Why a job was shown to an expert, kept as it was then."""

from typing import Any, TypedDict

from django.db import models
from django.utils.translation import gettext_lazy as _

from experts.models import Expert
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
    "rate": _("within your rate"),
    "any_rate": _("no limit on your rate"),
    "shared": _("%(hours)s shared hours"),
    "available": _("you are available now"),
    "available_soon": _("you are available within %(days)s days"),
    "recent": _("a badge from the last %(months)s months"),
}

PROVEN = frozenset({"must", "nice"})


def sentence(reason: Reason) -> str:
    """Say a reason in a few words: "RAG level 3"."""
    return str(SENTENCES[reason["code"]]) % reason["values"]


class Match(models.Model):
    """One expert a job fits, with the score and the reasons as they were shown."""

    job = models.ForeignKey(Job, models.CASCADE, related_name="matches")
    expert = models.ForeignKey(Expert, models.CASCADE, related_name="matches")
    score = models.PositiveSmallIntegerField()
    reasons = models.JSONField(default=list)
    algorithm = models.CharField(max_length=20)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("-score", "pk")
        constraints = (
            models.UniqueConstraint(fields=("job", "expert"), name="match_once"),
            models.CheckConstraint(condition=models.Q(score__lte=100), name="match_score_of_100"),
        )

    @property
    def sentences(self) -> list[tuple[str, bool]]:
        """The reasons in words, in the order they were weighed, and whether a badge proves each."""
        given = [reason for reason in self.reasons if reason["points"]]
        return [(sentence(reason), reason["code"] in PROVEN) for reason in given]
