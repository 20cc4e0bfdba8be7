"""A place for servers: pytest's own folders are closed to the user that PostgreSQL runs as."""

import shutil
import tempfile
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def open_folder():
    """A folder with spaces through which others may pass, gone in the end."""
    folder = Path(tempfile.mkdtemp(prefix="attest tests with spaces "))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)
