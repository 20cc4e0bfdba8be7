"""The pytest plugin that says how several workers share the tests.

A file stays together, for its fixtures. So do all tests that stand before a whole site, because
starting one takes a minute; they begin first. (The marks of `--dist loadgroup` would say it
shorter, but pytest-xdist 3.8 loses them under pytest 9.2.)
"""

import os
from pathlib import Path

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

SITE = "tests/browser/"
# Every address asked as everybody: each part of the site is work of its own.
ACCESS = "tests/test_access.py"
# What needs no database of ours goes before what waits until one is migrated; then what is long.
FIRST = (SITE, "tests/fakestripe/", "tests/local/", ACCESS)


# More do not help: each has a database of its own to fill.
MOST = 5


@pytest.hookimpl(tryfirst=True, optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Have one more worker than cores, because tests wait for Postgres, Stripe and browsers."""
    return min((os.cpu_count() or 1) + 1, MOST)


class FilesAndTheSite(LoadFileScheduling):
    """Hands out files in the order of the collection, and all of the site's as one."""

    def _split_scope(self, nodeid: str) -> str:
        if nodeid.startswith(ACCESS):
            return nodeid
        return SITE if nodeid.startswith(SITE) else str(super()._split_scope(nodeid))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> FilesAndTheSite:
    """Replace the schedulers one can name on the command line."""
    config.option.loadscopereorder = False
    return FilesAndTheSite(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put what takes longest first, so that nobody waits for it in the end."""
    folders = [config.rootpath / Path(folder) for folder in FIRST]

    def place(item: pytest.Item) -> int:
        found = (n for n, folder in enumerate(folders) if item.path.is_relative_to(folder))
        return next(found, len(folders))

    items.sort(key=place)
