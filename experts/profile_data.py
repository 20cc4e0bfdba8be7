"""A profile as search engines read it."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.urls import reverse

from experts.models import Badge, Expert


def profile_page(expert: Expert, badges: Sequence[Badge]) -> dict[str, Any] | None:
    """Describe a profile in the words of schema.org/ProfilePage; nothing unless it is public.

    :param badges: the valid ones.
    """
    if not badges:
        return None
    return {
        "@context": "https://schema.org/",
        "@type": "ProfilePage",
        "mainEntity": {
            "@type": "Person",
            "name": expert.name,
            "description": expert.headline,
            "identifier": expert.public_id,
            "url": _address("experts:profile", expert.slug),
            "knowsLanguage": list(expert.languages),
            "address": {"@type": "PostalAddress", "addressCountry": expert.country},
            "hasCredential": [_credential(badge) for badge in badges],
        },
    }


def _credential(badge: Badge) -> dict[str, Any]:
    return {
        "@type": "EducationalOccupationalCredential",
        "name": badge.skill.name,
        "credentialCategory": "badge",
        "educationalLevel": str(badge.level),
        "validFrom": badge.issued_on.isoformat(),
        "expires": badge.valid_until.isoformat(),
        "recognizedBy": {"@type": "Organization", "name": settings.SITE_NAME},
        "url": _address("experts:badge", badge.public_id),
    }


def _address(name: str, key: str) -> str:
    return settings.SITE_URL + reverse(name, args=[key])
