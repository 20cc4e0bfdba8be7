"""Loads what follows from this app's moves."""

from importlib import import_module

from django.apps import AppConfig


class ExpertsConfig(AppConfig):
    name = "experts"

    def ready(self) -> None:
        """Connect the consequences; the one import that has to wait for the models."""
        import_module("experts.receivers")
        import_module("experts.flagged")
