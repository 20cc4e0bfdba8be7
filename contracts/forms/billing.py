"""What a side's papers call it; cleaning only, the services decide."""

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.kit import vat
from marketplace.kit.forms import LineField, SiteForm, TextField
from marketplace.kit.places import countries


class BillingForm(SiteForm):
    """What papers call a side."""

    legal_name = LineField(
        label=_("Legal name"),
        max_length=160,
        help_text=_("Of the business, or your own if you work under it."),
    )
    address = TextField(
        label=_("Address"), max_length=400, help_text=_("As on an envelope, without the country.")
    )
    country = forms.ChoiceField(
        label=_("Country"), choices=lambda: [("", _("Choose one")), *countries()]
    )
    vat_id = LineField(
        label=_("VAT number"),
        max_length=30,
        required=False,
        help_text=_("With its country code, such as GB123456789. Leave it out if there is none."),
    )

    def clean_vat_id(self) -> str:
        """Read a number as it is written anywhere."""
        number = vat.plain(self.cleaned_data["vat_id"])
        if number and not vat.is_number(number):
            raise forms.ValidationError(
                _("Enter 4 to 20 letters and digits, such as GB123456789"), code="not_a_number"
            )
        return number

    def clean(self) -> None:
        """Hold the number against the country."""
        number = self.cleaned_data.get("vat_id")
        prefix = vat.prefix_of(self.cleaned_data.get("country", ""))
        if number and not number.startswith(prefix):
            sentence = _("A VAT number of this country begins with %(prefix)s")
            self.add_error("vat_id", sentence % {"prefix": prefix})
