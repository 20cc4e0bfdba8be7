"""The refusal every reader of a file raises."""

from django.utils.translation import gettext_lazy as _

from marketplace.kit.errors import DomainError


class FileRefused(DomainError):
    """The file is not one we can take."""

    status = 422
    code = "file_refused"
    sentence = _("The file is not what its name says. Save it again and retry.")
