"""Loads what follows from this app's moves."""

from importlib import import_module

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        """Connect the consequences; the imports that have to wait for the models."""
        import_module("accounts.receivers")
        import_module("accounts.doors")
        import_module("accounts.tasks_on_record")
        import_module("accounts.recovery_codes").install()
