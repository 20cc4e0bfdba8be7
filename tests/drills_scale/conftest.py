"""One estate for all drills of scale; whoever breaks a part of it brings it back."""

from collections.abc import Iterator

import pytest

from tests.drills_scale.estate import Estate, has_what_it_takes
from tests.local.conftest import open_folder  # noqa: F401


@pytest.fixture(scope="module")
def estate(open_folder) -> Iterator[Estate]:  # noqa: F811
    """Two clusters, PgBouncer, two web processes behind a proxy, three workers."""
    if not has_what_it_takes():
        pytest.skip("PgBouncer is not on this machine: apt-get install pgbouncer")
    estate = Estate(open_folder / "estate")
    try:
        estate.begin()
        yield estate
    finally:
        estate.end()
