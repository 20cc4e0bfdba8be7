"""The set is that of the jobs tests."""

from tests.jobs.conftest import draft, job, organisation

__all__ = ["draft", "job", "organisation"]
