"""What the API answered to a request that named itself, so that it can be sent again safely."""

from typing import ClassVar

from django.conf import settings
from django.db import models


class KeptAnswer(models.Model):
    """The answer to one `Idempotency-Key` of one person; `key` and `asked` are SHA-256."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    key = models.CharField(max_length=64)
    # Of the method, the address and the body it came with.
    asked = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    body = models.TextField(blank=True)
    created_at = models.DateTimeField(db_index=True)

    objects: ClassVar[models.Manager["KeptAnswer"]] = models.Manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("user", "key"), name="kept_answer_one_per_key"),
        )
