"""The state of a run belongs to one user and to one run at a time."""

import os
import stat
import tempfile
from pathlib import Path

import pytest

from marketplace.local import state as states
from marketplace.local.state import CHECKOUT, AlreadyRunning, CannotPass, Note, NotOurs, State

ADDRESS = "http://localhost:8000"


@pytest.fixture
def state(open_folder):
    """A prepared state where PostgreSQL's user could pass, sockets removed at the end."""
    state = State(Path(tempfile.mkdtemp(dir=open_folder)))
    state.prepare()
    yield state
    state.forget_sockets()


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_other_users_can_list_nothing_and_read_nothing(state):
    assert not [folder for folder in state.root.rglob("*") if mode(folder) & 0o044]
    assert mode(state.data / "mail") == 0o700
    assert mode(state.data / "media") == 0o700


def test_secret_is_random_lasting_and_for_one_purpose(state):
    again = State(state.root)

    assert state.secret("django") == again.secret("django")
    assert state.secret("django") != state.secret("platform")
    assert mode(state.data / "secret") == 0o600


def test_folder_made_by_somebody_else_is_not_trusted(tmp_path):
    (tmp_path / "bait").symlink_to(tmp_path)

    with pytest.raises(NotOurs):
        states.private_folder(tmp_path / "bait")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_folder_of_another_user_is_not_trusted(tmp_path):
    (tmp_path / "theirs").mkdir()
    os.chown(tmp_path / "theirs", 65534, 65534)

    with pytest.raises(NotOurs):
        states.private_folder(tmp_path / "theirs")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root starts PostgreSQL as somebody else")
def test_closed_parent_is_named(tmp_path):
    tmp_path.chmod(0o700)
    state = State(tmp_path / "state")

    with pytest.raises(CannotPass, match=str(tmp_path)):
        state.prepare()
    state.forget_sockets()


def test_second_run_is_told_where_the_first_is(state):
    with state.held():
        state.leave(Note(pid=4711, address=ADDRESS))

        with pytest.raises(AlreadyRunning) as refusal, State(state.root).held():
            pass

    assert str(refusal.value) == (
        "Attest is already running at http://localhost:8000 (process 4711); `make stop` ends it."
    )


def test_note_is_gone_with_the_run(state):
    with state.held():
        state.leave(Note(pid=4711, address=ADDRESS))
        assert state.is_held()
        assert state.note() == Note(pid=4711, address=ADDRESS)

    assert not state.is_held()
    assert state.note() is None


def test_note_of_a_killed_run_is_not_taken_for_ours(state):
    with state.held():
        pass
    state.leave(Note(pid=4711, address=ADDRESS))

    with state.held():
        assert state.note() is None


def test_empty_deletes_the_data_and_keeps_the_lock(state):
    (state.data / "mail" / "one.eml").write_text("Subject: hello")

    with state.held():
        state.empty()

        assert state.is_held()
        assert not state.data.exists()
        assert not state.logs.exists()


def test_sockets_fit_the_longest_path_and_need_no_quoting(tmp_path):
    deep = State(tmp_path / ("a very deep and spacious folder " * 6))

    socket = str(deep.sockets / "postgres" / ".s.PGSQL.5432")

    assert len(socket.encode()) < 104
    assert " " not in socket


def test_two_checkouts_share_nothing(tmp_path):
    one, other = State(tmp_path / "one"), State(tmp_path / "other")

    assert one.sockets != other.sockets


def test_named_state_wins(tmp_path):
    assert State.chosen({"ATTEST_STATE": str(tmp_path)}).root == tmp_path
    assert State.chosen({"ATTEST_STATE": ""}).root == State.for_this_checkout().root


@pytest.mark.skipif(os.geteuid() == 0, reason="as root it lies elsewhere")
def test_state_of_an_ordinary_user_is_in_the_checkout():
    assert State.for_this_checkout().root == CHECKOUT / ".state"
