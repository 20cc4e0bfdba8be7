"""What the drills of hiring share."""

from collections.abc import Iterator

import pytest
from django.core.servers.basehttp import WSGIServer

# As many as Linux lets wait by default, and Gunicorn half of it; Django's test server has ten.
AT_THE_DOOR = 4096


@pytest.fixture(scope="session", autouse=True)
def wide_door() -> Iterator[None]:
    """Let everybody of a storm wait at the door of the live server; one beyond it is cut off."""
    narrow, WSGIServer.request_queue_size = WSGIServer.request_queue_size, AT_THE_DOOR
    yield
    WSGIServer.request_queue_size = narrow
