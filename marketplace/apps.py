"""The project as an app: it owns the template vocabulary, the site pages and the commands."""

from django.apps import AppConfig

# Loaded with Django, so that every task belongs to our Celery application; not in the package's
# `__init__`, where it would cost each small program in `marketplace.local` most of a second.
from marketplace.celery import app as celery_app

__all__ = ["MarketplaceConfig", "celery_app"]


class MarketplaceConfig(AppConfig):
    name = "marketplace"
