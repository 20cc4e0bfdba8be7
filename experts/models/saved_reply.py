"""Sentences that reviewers start from; edited in the admin site."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from experts.models.review import Verdict
from marketplace.kit.models import PublicIdField


class SavedReply(models.Model):
    """A reply for one verdict; `would_change` is used with a rejection."""

    public_id = PublicIdField(prefix="rpl")
    verdict = models.CharField(_("for"), max_length=16, choices=Verdict.choices)
    message = models.TextField(_("note to the applicant"), max_length=2000)
    would_change = models.TextField(
        _("the one thing that would change it"), max_length=600, blank=True
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        ordering = ("verdict", "position", "pk")
        verbose_name_plural = "saved replies"
