"""The embedded PostgreSQL starts from good files or says why not."""

import tempfile
from pathlib import Path

import pytest

from marketplace.local.postgres import Cluster, DataIsOfAnotherVersion, programs, server_user
from marketplace.local.state import State


@pytest.fixture
def cluster(open_folder):
    """A cluster without files."""
    folder = Path(tempfile.mkdtemp(dir=open_folder))
    folder.chmod(0o711)
    return Cluster(
        programs=programs(State.for_this_checkout().programs),
        data=folder / "data",
        sockets=folder / "sockets",
    )


def test_files_of_another_version_are_left_alone_with_a_way_out(cluster):
    cluster.data.mkdir()
    (cluster.data / "PG_VERSION").write_text("17\n")

    with pytest.raises(DataIsOfAnotherVersion, match=r"written by PostgreSQL 17 .* `make reset`"):
        cluster.initialise()

    assert [file.name for file in cluster.data.iterdir()] == ["PG_VERSION"]


def test_interrupted_creation_begins_again(cluster):
    unfinished = cluster.data.with_name("data.unfinished")
    unfinished.mkdir()
    (unfinished / "PG_VERSION").write_text("18\n")

    cluster.initialise("--no-sync")

    assert (cluster.data / "postgresql.conf").exists()
    assert not unfinished.exists()


def test_server_listens_on_a_socket_of_its_owner_and_nowhere_else(cluster):
    words = [str(word) for word in cluster.command()]

    assert "listen_addresses=" in words
    assert "unix_socket_permissions=0700" in words
    assert "fsync=off" not in words
    assert "synchronous_commit=off" not in words


def test_folder_with_spaces_survives_the_url(cluster, tmp_path):
    cluster = Cluster(programs=cluster.programs, data=cluster.data, sockets=tmp_path / "a b")

    assert cluster.url == f"postgres://attest@/attest?host={tmp_path}/a%20b"


def test_root_hands_the_server_to_somebody_powerless(monkeypatch):
    monkeypatch.setattr("os.geteuid", lambda: 0)
    assert server_user() == "nobody"

    monkeypatch.setattr("os.geteuid", lambda: 1000)
    assert server_user() is None
