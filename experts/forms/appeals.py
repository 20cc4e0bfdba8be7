"""Cleans an applicant's appeal."""

from django.utils.translation import gettext_lazy as _

from marketplace.kit.forms import SiteForm, TextField


class AppealForm(SiteForm):
    """What the applicant says against a rejection."""

    words = TextField(
        label=_("What the reviewers overlooked or got wrong"),
        max_length=2000,
        rows=8,
        help_text=_("Point to the evidence. New evidence belongs into a new application."),
    )
