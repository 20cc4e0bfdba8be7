"""What may stand in no source of ours, and that each rule would find it (checks S-01 to S-03)."""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from marketplace.kit import leaks
from marketplace.local import lock
from marketplace.local.check import PRODUCTION
from tests.test_architecture import APPS, ROOT, SOURCES, relative

RUFF = [sys.executable, "-m", "ruff", "check", "--isolated", "--select", "S,DJ,B", "--quiet"]
# One fault a line, and the rule that has to find it.
FAULTY = {
    "S307": "eval(input())",
    "S602": "import subprocess; subprocess.run(input(), shell=True)",
    "S301": "import pickle; pickle.loads(b'')",
    "S324": "import hashlib; hashlib.md5(b'')",
    "S501": "import requests; requests.get('https://x.example', verify=False, timeout=1)",
    "S608": "def f(c, x): c.execute('SELECT * FROM a WHERE b = ' + x)",
    "S308": "from django.utils.safestring import mark_safe; mark_safe(input())",
    "S506": "import yaml; yaml.load('')",
    "B006": "def f(x=[]): ...",
}
# A secret of this form is made up where it stands: it is what a test finds, or signs with.
MADE_UP = re.compile(r"sk_(?:test_fake|live_[a-zA-Z]*x)|^tests/|^marketplace/demo/")
LOCK = ROOT / "requirements.lock"


# --- S-01: ruff's rules


def test_the_linters_rules_for_security_find_nothing():
    """With the exceptions of pyproject.toml, each of which says why."""
    command = [sys.executable, "-m", "ruff", "check", "--quiet", *APPS, "marketplace"]

    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.stdout == ""


def test_the_linter_finds_what_is_planted(tmp_path):
    found = {}
    for rule, line in FAULTY.items():
        file = tmp_path / f"{rule}.py"
        file.write_text(f"{line}\n")
        done = subprocess.run([*RUFF, file], capture_output=True, text=True, check=False)
        found[rule] = rule in done.stdout
    assert [rule for rule, is_found in found.items() if not is_found] == []


# --- S-02: rules of our own


def forbidden(source: str) -> Iterator[str]:
    """Name what a source does that is nobody's business but that of the files listed below."""
    if not SUSPECT.search(source):
        return
    for node in ast.walk(ast.parse(source)):
        written = ast.unparse(node) if isinstance(node, STATEMENTS) else ""
        yield from (what for what, form in FORBIDDEN.items() if form.match(written))


# Most sources have none of these words, and need not be read further.
SUSPECT = re.compile(
    r"mark_safe|csrf_exempt|\.extra\(|\.raw\(|execute(?:many)?\(f|requests|httpx|urllib|aiohttp"
    r"|__all__|pickle"
)
STATEMENTS = (ast.Call, ast.Name, ast.Import, ast.ImportFrom, ast.Assign)
FORBIDDEN = {
    "mark_safe": re.compile(r"mark_safe\("),
    "csrf_exempt": re.compile(r"csrf_exempt$"),
    "extra": re.compile(r"\w+\.objects\b.*\.extra\(", re.DOTALL),
    "raw": re.compile(r"\w+\.objects\b.*\.raw\(", re.DOTALL),
    "SQL made of text": re.compile(r"\w+\.execute(?:many)?\(f['\"]"),
    "an address is opened": re.compile(
        r"(?:import|from) (?:requests|httpx|urllib3|aiohttp|urllib\.request)\b"
    ),
    "every field": re.compile(r"fields = '__all__'"),
    "pickle": re.compile(r"pickle\.loads?\("),
}
# Who may, and why it is said there.
MAY = {
    ("marketplace/templatetags/ui.py", "mark_safe"),
    ("marketplace/kit/kept.py", "mark_safe"),
    ("accounts/views/notifications.py", "csrf_exempt"),
    ("contracts/webhooks.py", "csrf_exempt"),
    ("marketplace/views.py", "csrf_exempt"),
    # Stripe's own client, which is given a session that stops waiting.
    ("contracts/gateway/connection.py", "an address is opened"),
    # Names of tables, which are ours.
    ("marketplace/kit/versions.py", "SQL made of text"),
    ("contracts/invariants/__init__.py", "SQL made of text"),
}
PLANTED = {
    "mark_safe": "mark_safe(text)",
    "csrf_exempt": "@csrf_exempt\ndef view(request): ...",
    "extra": "Job.objects.all().extra(where=['1'])",
    "raw": "Job.objects.raw('SELECT 1')",
    "SQL made of text": "cursor.execute(f'SELECT {x}')",
    "an address is opened": "import requests",
    "every field": "class Meta:\n    fields = '__all__'",
    "pickle": "pickle.loads(body)",
}


def test_nothing_of_ours_does_what_is_forbidden():
    found = {(relative(path), what) for path in SOURCES for what in forbidden(path.read_text())}

    assert found == MAY


@pytest.mark.parametrize("what", PLANTED)
def test_each_forbidden_thing_is_found_where_it_is_planted(what):
    assert what in set(forbidden(PLANTED[what]))


# --- S-03: secrets


def secrets_in(name: str, text: str) -> list[str]:
    """Return what looks like somebody's secret in a file, masked."""
    found = leaks.find(text)
    return [] if MADE_UP.search(name) else [f"{name}: {leak.masked}" for leak in found]


def test_no_file_has_a_secret():
    listed = subprocess.check_output(["git", "ls-files"], cwd=ROOT, text=True)
    files = [ROOT / name for name in listed.splitlines()]

    found = [
        leak
        for path in files
        if path.is_file()
        for leak in secrets_in(relative(path), path.read_text(errors="ignore"))
    ]
    assert found == []


@pytest.mark.parametrize(
    "secret",
    ["sk_live_" + "4eC39HqLyjWDarjt", "AKIA" + "IOSFODNN7EXAMPLE", "ghp_" + "a1B2" * 9,
     "-----BEGIN PRIVATE KEY" + "-----", "sk-proj-" + "a1B2" * 8],
)  # fmt: skip
def test_a_planted_secret_is_found(secret):
    assert len(secrets_in("accounts/somewhere.py", f"KEY = '{secret}'")) == 1


# --- S-06: what we install


def without_a_hash(lock: str) -> list[str]:
    """Return the packages of a lock file that anybody could replace."""
    blocks = re.split(r"\n(?=[a-z0-9])", lock.strip())
    return [block.split("==")[0] for block in blocks if "--hash=sha256:" not in block]


def test_every_package_is_locked_with_its_hash():
    assert without_a_hash(LOCK.read_text()) == []
    assert "://" not in LOCK.read_text()


def test_a_package_without_a_hash_is_found():
    assert without_a_hash("one==1 \\\n    --hash=sha256:00\ntwo==2\n    # via one\n") == ["two"]


# --- C-01: the settings of production


@pytest.mark.drills
def test_django_finds_nothing_to_say_about_production():
    """`make check` asks the same; here a fault is planted that it has to find."""
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]

    done = subprocess.run(
        command,
        cwd=Path.cwd(),
        env=os.environ | PRODUCTION,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert "0 silenced" in done.stdout


# --- S-05: nothing lags


@pytest.mark.drills
def test_no_package_is_older_than_a_release_of_two_weeks_ago():
    found = lock.behind(today=datetime.now(UTC).date())
    if found is None:
        pytest.skip("no package index answers here")
    assert found == []


@pytest.mark.drills
def test_an_old_package_is_found(tmp_path):
    pinned = LOCK.read_text()
    old = tmp_path / "old.lock"
    old.write_text(re.sub(r"^django==\S+", "django==5.2.1", pinned, flags=re.MULTILINE))

    found = lock.behind(old, today=datetime.now(UTC).date())

    if found is None:
        pytest.skip("no package index answers here")
    assert any(line.startswith("django 5.2.1: ") for line in found)
