"""What an expert declares of the AI models in the work they hand over, beside what was measured."""

from collections.abc import Sequence

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from contracts.models.milestone import Submission


class Declaration(models.Model):
    """Comes with the work that ends a contract, if it runs on a model; it is never changed.

    Models of the registry are the submission's `built_on`; the values per check are its measures.
    """

    submission = models.OneToOneField(Submission, models.PROTECT, related_name="declaration")
    others = models.CharField(max_length=300, blank=True)
    adaptation = models.TextField(max_length=2000)
    data_used = models.TextField(max_length=2000)
    limits = models.TextField(max_length=2000)
    operators = models.TextField(max_length=2000)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~models.Q(adaptation="")
                & ~models.Q(data_used="")
                & ~models.Q(limits="")
                & ~models.Q(operators=""),
                name="declaration_is_whole",
            ),
        )

    @property
    def model_ids(self) -> list[str]:
        """The models of the registry, as the API names them."""
        return [release.api_id for release in self.submission.built_on.all()]

    @property
    def lines(self) -> Sequence[tuple[str | Promise, str]]:
        """Each thing that is declared, with its name."""
        found = (
            (_("Other models"), self.others),
            (_("Prompts and fine-tuning"), self.adaptation),
            (_("Data used, and its licences"), self.data_used),
            (_("Known limits"), self.limits),
            (_("Who can run it"), self.operators),
        )
        return [(name, text) for name, text in found if text]
