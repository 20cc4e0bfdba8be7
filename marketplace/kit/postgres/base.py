"""Django's PostgreSQL, which does not wait long for a connection that was kept from before."""

from django.db.backends.postgresql import base

from marketplace.kit import patience

# Seconds: a network that forgot a connection says nothing, and a request has time for a new one.
OF_A_KEPT_CONNECTION = 2.0


class DatabaseWrapper(base.DatabaseWrapper):
    """One thread's connection."""

    def is_usable(self) -> bool:
        """Whether the connection still answers, and soon."""
        with patience.budget(of_all=OF_A_KEPT_CONNECTION):
            return bool(super().is_usable())
