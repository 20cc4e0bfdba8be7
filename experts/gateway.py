"""The only code that speaks to the provider of the models."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from marketplace.kit.errors import DomainError

if TYPE_CHECKING:
    import openai

# Seconds for one answer; a list of models is small.
PATIENCE = 15
# Seconds that somebody who searches waits for what only may help them.
SHORT_PATIENCE = 2
EMBEDDING_MODEL = "text-embedding-3-small"


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
    with _provider(PATIENCE, tries=3) as client:
        return [
            Listed(model.id, datetime.fromtimestamp(model.created, UTC).date())
            for model in client.models.list()
        ]


def vectors(texts: Sequence[str]) -> list[list[float]]:
    """Return the vector of each text, of length 1, by `POST /v1/embeddings`.

    :raises ProviderUnavailable: when the provider cannot be reached in time or refuses the key.
    """
    with _provider(SHORT_PATIENCE, tries=1) as client:
        found = client.embeddings.create(model=EMBEDDING_MODEL, input=list(texts))
        return [row.embedding for row in found.data]


@contextmanager
def _provider(patience: float, *, tries: int) -> "Iterator[openai.OpenAI]":
    """Speak to the provider, and say in our own words that it does not answer."""
    # A third of every process's start and memory, for a call that few of them ever make.
    import openai  # noqa: PLC0415

    client = openai.OpenAI(
        api_key=settings.OPENAI_API_KEY,
        base_url=settings.OPENAI_BASE_URL,
        timeout=patience,
        max_retries=tries - 1,
    )
    try:
        yield client
    except openai.OpenAIError as error:
        raise ProviderUnavailable from error
