"""The signed form of a badge: every version that was ever issued, and the keys that signed it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from experts.models.badge import Badge


class SigningKey(models.Model):
    """The public half of a key we have signed with; kept, because old badges verify by it.

    The private half is in the environment alone.
    """

    kid = models.CharField(max_length=32, unique=True)
    # 32 bytes, as a JSON Web Key spells them.
    public = models.CharField(max_length=43, unique=True)
    first_used_at = models.DateTimeField()
    # When somebody else may have had the private half: it is published no more.
    distrusted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("pk",)


class CredentialQuerySet(models.QuerySet["Credential"]):
    """Which version counts."""

    def current(self) -> CredentialQuerySet:
        """The newest version of each badge."""
        return self.filter(replaced_at=None)


class Credential(models.Model):
    """One version of a badge as a signed token; a later one replaces it."""

    badge = models.ForeignKey(Badge, models.PROTECT, related_name="credentials")
    key = models.ForeignKey(SigningKey, models.PROTECT, related_name="credentials")
    jwt = models.TextField()
    # Its place in the status lists: list = position // size, index = position % size. Random, so
    # that a list does not tell who was vetted after whom.
    position = models.PositiveIntegerField(unique=True)
    # The badge's last day as this version states it.
    valid_until = models.DateField()
    issued_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[CredentialQuerySet] = CredentialQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("badge",),
                condition=models.Q(replaced_at=None),
                name="credential_one_current",
            ),
        )
