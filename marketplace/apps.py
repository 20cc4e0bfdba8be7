"""The project as an app: it owns the template vocabulary, the site pages and the commands."""

from importlib import import_module
from pathlib import Path

from django.apps import AppConfig
from django.conf import settings

# Loaded with Django, so that every task belongs to our Celery application; not in the package's
# `__init__`, where it would cost each small program in `marketplace.local` most of a second.
from marketplace.celery import app as celery_app
from marketplace.kit import catalogues, patience

__all__ = ["MarketplaceConfig", "celery_app"]


class MarketplaceConfig(AppConfig):
    name = "marketplace"

    def ready(self) -> None:
        """Register our checks, which wait for the models; bound waits; compile translations."""
        import_module("marketplace.checks")
        patience.bound_postgres()
        catalogues.compile_stale(Path(folder) for folder in settings.LOCALE_PATHS)
