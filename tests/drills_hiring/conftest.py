"""What the drills of hiring share."""

from collections.abc import Iterator

import pytest
from django.core.servers.basehttp import WSGIServer
from django.test import override_settings

# As many as Linux lets wait by default, and Gunicorn half of it; Django's test server has ten.
AT_THE_DOOR = 4096


@pytest.fixture(scope="session", autouse=True)
def wide_door() -> Iterator[None]:
    """Let everybody of a storm into the live server at once; one beyond its door is cut off.

    Our own door lets two in at a time, and so few do not meet on one row.
    """
    narrow, WSGIServer.request_queue_size = WSGIServer.request_queue_size, AT_THE_DOOR
    with override_settings(WEB_AT_ONCE=AT_THE_DOOR):
        yield
    WSGIServer.request_queue_size = narrow
