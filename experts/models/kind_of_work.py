"""What one can hire for, as the search asks for it."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class KindOfWork(models.Model):
    """A name for several badges: whoever has proven all of them can do this work.

    What such work must have is known to the templates of jobs, which keep these rows
    (`jobs.services.use_cases`); nobody claims a kind of work.
    """

    slug = models.SlugField(unique=True)
    english_name = models.CharField(_("name"), max_length=80)
    position = models.PositiveSmallIntegerField()
    # Four times the key of each skill, plus the level it takes at least.
    needs = ArrayField(models.IntegerField())

    class Meta:
        ordering = ("position",)

    @property
    def name(self) -> str:
        """What it is called, in the reader's language."""
        return gettext(self.english_name)
