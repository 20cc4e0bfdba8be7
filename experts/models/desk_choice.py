"""How one person likes to work; whoever has no row has everything as it comes."""

from django.conf import settings
from django.db import models


class DeskChoice(models.Model):
    """One person's own choices, on whatever browser they sit down at.

    Reviewers have keys at the desk, clients at the list of proposals; one switch is for both.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="desk_choice"
    )
    # Shortcuts of one letter get in the way of people who dictate (WCAG 2.1.4).
    single_keys = models.BooleanField(default=True)
