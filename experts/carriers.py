"""The files a credential travels in: a bare token, JSON around it, or a picture of the badge."""

import json
import re
from typing import Any

from django.utils.translation import gettext_lazy as _

from experts import issuer
from marketplace.kit.jws import Unreadable

# A file larger than this holds no credential of ours; a badge's picture has about eight thousand.
MOST_BYTES = 262_144
# VC 2.0, 4.13: the enveloped form carries the token in a data address.
ENVELOPE = "data:application/vc+jwt,"
# OB 3.0, 5.3.2.1: `<openbadges:credential verify="token">`. Read by pattern and not by an XML
# parser: a stranger's file gets to define nothing.
BAKED = re.compile(r'<openbadges:credential\b[^>]{0,200}?\bverify\s*=\s*"([^"<>]*)"')

WHITE_SPACE = re.compile(r"[ \t\r\n]+")


def enveloped(jwt: str) -> dict[str, Any]:
    """Return a token as JSON that other software of the standard reads (VC 2.0, 4.13)."""
    return {
        "@context": issuer.VC_CONTEXT,
        "id": f"{ENVELOPE}{jwt}",
        "type": "EnvelopedVerifiableCredential",
    }


def token_in(content: str) -> str:
    """Return the token that a text, a JSON file or a picture carries.

    :raises Unreadable: when there is none, or more than one.
    """
    content = content.lstrip("\ufeff").strip()
    if not content:
        raise Unreadable(_("It is empty."))
    if content.startswith("<"):
        return _baked_in(content)
    if content.startswith("{"):
        return _held_in(content)
    # Mail programs break long lines; white space is not part of any token.
    return WHITE_SPACE.sub("", content)


def _baked_in(picture: str) -> str:
    tokens = BAKED.findall(picture)
    if len(tokens) != 1:
        raise Unreadable(_("The picture does not carry one credential."))
    return str(tokens[0]).strip()


def _held_in(text: str) -> str:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        raise Unreadable(_("The file is not readable JSON.")) from None
    for name in ("id", "jwt", "credential"):
        value = document.get(name)
        if isinstance(value, str) and value.startswith((ENVELOPE, "ey")):
            return value.removeprefix(ENVELOPE)
    raise Unreadable(
        _("This file says what a badge says, but nobody signed it. Use the file that ends in .jwt.")
    )
