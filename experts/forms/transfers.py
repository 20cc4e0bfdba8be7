"""What a superuser says when a profile goes to another person."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from marketplace.kit.forms import SiteForm, TextField


class TransferForm(SiteForm):
    """Who has the profile from now on, and why, in words strangers read."""

    to = forms.EmailField(
        label=_("E-mail address of the new owner"),
        max_length=254,
        help_text=_("Somebody who has an account and no profile."),
    )
    reason = TextField(
        label=_("Reason, in public"),
        max_length=500,
        rows=3,
        help_text=_("It is shown on the page of every badge that is suspended by this."),
    )

    def clean_to(self) -> User:
        """Find the person."""
        person = User.objects.filter(email__iexact=self.cleaned_data["to"]).first()
        if person is None:
            raise forms.ValidationError(_("Nobody here has this address"))
        return person
