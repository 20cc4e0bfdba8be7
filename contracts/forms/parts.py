"""Fields that several forms are made of."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from experts.services import uploads
from marketplace.kit import files
from marketplace.kit.errors import DomainError
from marketplace.kit.forms import TextField


class ManyFiles(forms.ClearableFileInput):
    """A file input that takes several at once."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files of the kinds we take, each inspected before anything is kept."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            widget=ManyFiles(attrs={"accept": ",".join(files.ENDINGS)}),
            allow_empty_file=True,  # the inspection says so in its own words
            **options,
        )

    def clean(self, data: Any, initial: Any = None) -> Any:
        given = data if isinstance(data, list | tuple) else [data]
        kept = [one for each in given if (one := super(FilesField, self).clean(each, initial))]
        for upload in kept:
            try:
                uploads.inspect(upload)
            except DomainError as refusal:
                words = {"name": upload.name, "why": refusal}
                raise ValidationError(_("%(name)s: %(why)s") % words) from refusal
        return kept


class LinksField(TextField):
    """Addresses, one a line."""

    def clean(self, value: Any) -> list[str]:
        lines = (super().clean(value) or "").splitlines()
        links = [line.strip() for line in lines if line.strip()]
        is_address = URLValidator(schemes=["http", "https"])
        for link in links:
            try:
                is_address(link)
            except ValidationError as wrong:
                words = {"link": link[:80]}
                raise ValidationError(_("“%(link)s” is not a web address.") % words) from wrong
        return links
