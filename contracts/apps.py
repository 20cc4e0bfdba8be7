"""Loads what follows from this app's moves."""

from importlib import import_module

from django.apps import AppConfig


class ContractsConfig(AppConfig):
    name = "contracts"

    def ready(self) -> None:
        """Connect the consequences; the one import that has to wait for the models."""
        import_module("contracts.receivers")
