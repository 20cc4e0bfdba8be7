"""The only code that speaks to the provider of the models."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from marketplace.kit.errors import DomainError

# Seconds for one answer; a list of models is small.
PATIENCE = 15


@dataclass(frozen=True, slots=True)
class Listed:
    """One model of the provider's list."""

    api_id: str
    created_on: date


class ProviderUnavailable(DomainError):
    """The list could not be read now; the registry stays as it is."""

    code = "provider_unavailable"
    status = 503
    sentence = _("The provider's model list could not be read. Nothing was changed.")


def listed_models() -> list[Listed]:
    """Return every model of `GET /v1/models`; the SDK pages through it and repeats a lost call.

    :raises ProviderUnavailable: when the provider cannot be reached or refuses the key.
    """
    # A third of every process's start and memory, for a call that few of them ever make.
    import openai  # noqa: PLC0415

    client = openai.OpenAI(
        api_key=settings.OPENAI_API_KEY, base_url=settings.OPENAI_BASE_URL, timeout=PATIENCE
    )
    try:
        return [
            Listed(model.id, datetime.fromtimestamp(model.created, UTC).date())
            for model in client.models.list()
        ]
    except openai.OpenAIError as error:
        raise ProviderUnavailable from error
