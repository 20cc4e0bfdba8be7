"""Loads what follows from this app's moves."""

from importlib import import_module

from django.apps import AppConfig


class ContractsConfig(AppConfig):
    name = "contracts"

    def ready(self) -> None:
        """Connect the consequences, and what apps below this one would know of contracts."""
        import_module("contracts.receivers")
        deliveries = import_module("contracts.selectors.deliveries")
        import_module("experts.services.impact").watchers.append(deliveries.uses_of_retiring)
        agreed = import_module("contracts.selectors.agreed")
        import_module("jobs.selectors.benchmarks").counters.append(agreed.counted)
