"""Fields every app shares."""

import secrets
from typing import Any

from django.db import models

from marketplace.kit import names

# Crockford's base 32 without the letters people misread; 12 of them are 60 random bits.
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


class PublicIdField(models.CharField):  # type: ignore[type-arg]  # generic for mypy only
    """A random, prefixed name for a row (`job_4h2k…`), the only one that leaves the database."""

    def __init__(self, prefix: str = "", **options: Any) -> None:
        self.prefix = prefix
        options |= {"max_length": 32, "unique": True, "editable": False}
        super().__init__(**options)

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        name, path, args, options = super().deconstruct()
        for fixed in ("max_length", "unique", "editable"):
            options.pop(fixed, None)
        return name, path, args, options | {"prefix": self.prefix}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:  # noqa: ARG002, FBT001 (Django's)
        if not getattr(model_instance, self.attname):
            setattr(model_instance, self.attname, self.fresh())
        return str(getattr(model_instance, self.attname))

    def fresh(self) -> str:
        """Return a name nobody has yet."""
        return f"{self.prefix}_" + "".join(secrets.choice(ALPHABET) for _ in range(12))


class LookField(models.CharField):  # type: ignore[type-arg]  # generic for mypy only
    """What the name in another column looks like (`kit.names.look`), written whenever the row is.

    A skeleton may be longer than the name.
    """

    def __init__(self, of: str = "", **options: Any) -> None:
        self.of = of
        options |= {"max_length": 500, "db_default": "", "editable": False, "blank": True}
        super().__init__(**options)

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        name, path, args, options = super().deconstruct()
        return name, path, args, options | {"of": self.of}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:  # noqa: ARG002, FBT001 (Django's)
        look = names.look(getattr(model_instance, self.of))
        setattr(model_instance, self.attname, look)
        return look
