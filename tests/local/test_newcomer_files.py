"""What a newcomer reads first names everything there is."""

import re
import subprocess

import pytest

from marketplace.demo import cast
from marketplace.local.state import CHECKOUT
from marketplace.local.welcome import PASSWORD, PEOPLE, welcome


def test_env_example_names_every_variable_that_the_settings_read():
    settings = (CHECKOUT / "marketplace" / "settings.py").read_text()
    read = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', settings))
    named = set(re.findall(r"^#?([A-Z_]+)=", (CHECKOUT / ".env.example").read_text(), re.MULTILINE))

    assert read - named == set()


def test_env_example_has_no_secret_of_anybody():
    assert not re.search(
        r"(sk|rk)_(live|test)_\w|whsec_\w", (CHECKOUT / ".env.example").read_text()
    )


def test_help_lists_every_target_in_one_line():
    makefile = (CHECKOUT / "Makefile").read_text()
    [phony] = re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)

    listed = subprocess.check_output(["make", "help"], cwd=CHECKOUT, encoding="utf-8")

    assert [line.split()[1] for line in listed.splitlines()] == phony.split()


def test_welcome_names_people_whom_the_demo_has():
    assert [*PEOPLE] == [cast.CLIENT, cast.EXPERT, cast.REVIEWER, cast.DECIDER, cast.ADMIN]
    assert PASSWORD == cast.PASSWORD


def test_welcome_ends_with_the_line_that_others_wait_for():
    text = welcome("http://localhost:8000", data=CHECKOUT, logs=CHECKOUT, with_demo=True)

    assert text.splitlines()[-1] == "Attest is running at http://localhost:8000"
    assert "client@attest.example" in text
    assert "client@" not in welcome("http://x", data=CHECKOUT, logs=CHECKOUT, with_demo=False)


@pytest.mark.parametrize("name", ["requirements.lock", "Makefile", ".ci/run", "Dockerfile"])
def test_no_file_names_a_package_index(name):
    assert not re.search(r"https?://(?!localhost)", (CHECKOUT / name).read_text())
