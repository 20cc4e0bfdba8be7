"""Boot decides, before anything is installed, what is missing and what to do about it."""

import pytest

from marketplace.local import boot
from marketplace.local.state import CHECKOUT

LOCK = """\
amqp==5.4.2 \\
    --hash=sha256:aa \\
    --hash=sha256:bb
    # via kombu
uv==0.13.9 \\
    --hash=sha256:cc
    # via attest (pyproject.toml)
uvloop==1.0 \\
    --hash=sha256:dd
"""


@pytest.fixture
def checkout(tmp_path):
    """A checkout whose environment is complete."""
    (tmp_path / "requirements.lock").write_text(LOCK)
    (tmp_path / ".venv").mkdir()
    boot.stamp_of(tmp_path).write_text(boot.fingerprint(tmp_path))
    return tmp_path


def test_old_python_is_refused_in_one_sentence():
    with pytest.raises(boot.CannotBoot, match=r"needs Python 3\.11 or newer and this is 3\.9"):
        boot.refuse_old_python((3, 9))


def test_missing_venv_package_is_named(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)

    with pytest.raises(boot.CannotBoot, match="apt install python3-venv"):
        boot.refuse_without_venv()


def test_complete_environment_is_current(checkout):
    assert boot.is_current(checkout)


def test_interrupted_installation_is_not_current(checkout):
    boot.stamp_of(checkout).unlink()

    assert not boot.is_current(checkout)


def test_new_lock_file_makes_the_environment_old(checkout):
    (checkout / "requirements.lock").write_text(LOCK + "vine==5.1.0\n")

    assert not boot.is_current(checkout)


def test_moved_checkout_makes_the_environment_old(checkout):
    moved = checkout.rename(checkout.with_name("moved here"))

    assert not boot.is_current(moved)


def test_environment_without_its_python_is_unusable(checkout):
    assert not boot.is_usable(checkout / ".venv")


def test_this_environment_is_usable():
    assert boot.is_usable(CHECKOUT / ".venv")


def test_uv_is_installed_at_the_locked_version_and_hash():
    assert boot.locked("uv", LOCK) == "uv==0.13.9 \\\n    --hash=sha256:cc\n"


def test_unreachable_index_is_told_from_a_failed_installation():
    offline = "WARNING: Retrying ... NewConnectionError\nERROR: (from versions: none)"
    broken = "Collecting uv\nERROR: No space left on device\n\n"

    assert "reached no package index" in boot.explanation(offline)
    assert boot.explanation(broken).endswith("ERROR: No space left on device")
