"""What a reader may rely on everywhere: rules of form that no type checker knows."""

import ast
import re
import subprocess
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command

from marketplace.kit.states import Stateful, Transition
from marketplace.management.commands import states

ROOT = Path(__file__).resolve().parent.parent
APPS = ("accounts", "experts", "jobs", "contracts")
SOURCES = sorted(
    path
    for folder in (*APPS, "marketplace")
    for path in (ROOT / folder).rglob("*.py")
    if "migrations" not in path.parts and "local" not in path.parts
)
NAMELESS = {"utils", "helpers", "common", "managers", "constants", "enums", "types", "exceptions"}


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_every_model_change_has_its_migration(db):
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_every_migration_says_what_it_does():
    unnamed = [
        relative(path)
        for app in APPS
        for path in (ROOT / app / "migrations").glob("[0-9]*.py")
        if "_auto_" in path.name
    ]
    assert unnamed == []


def test_docs_states_are_those_of_the_models():
    assert (ROOT / "docs/states.md").read_text() == states.page(), "run: make docs"


@pytest.mark.parametrize("path", SOURCES, ids=relative)
def test_a_module_says_what_it_owns(path):
    if path.name == "__init__.py" and not path.read_text().strip():
        return
    assert ast.get_docstring(ast.parse(path.read_text())), "begin with one sentence"


def test_no_module_is_a_drawer_for_what_has_no_place():
    assert [relative(path) for path in SOURCES if path.stem in NAMELESS] == []


def test_tasks_are_sent_only_after_commit():
    called = re.compile(r"\.(delay|apply_async|send_task)\(")
    found = [
        relative(path)
        for path in SOURCES
        if called.search(path.read_text()) and path != ROOT / "marketplace/kit/tasks.py"
    ]
    assert found == []


def test_status_is_written_only_by_move():
    """An assignment to `.status` or `update(status=` anywhere else goes round the table."""
    written = re.compile(r"\.status\s*=[^=]|\bupdate\([^)]*\bstatus=")
    found = [
        f"{relative(path)}:{number}"
        for path in SOURCES
        if path != ROOT / "marketplace/kit/states.py"
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if written.search(line) and "# states:" not in line
    ]
    assert found == []


def test_every_stateful_model_has_a_history_and_a_constraint():
    for model in apps.get_models():
        if not issubclass(model, Stateful):
            continue
        assert issubclass(model._meta.get_field("history").related_model, Transition), model
        names = [constraint.name for constraint in model._meta.constraints]
        assert any(name.endswith("_status_known") for name in names), model


def test_rows_that_hold_money_facts_cannot_be_deleted_through_others():
    """Every foreign key of the contracts app to a person, job or money row protects it."""
    loose = {
        f"{model.__name__}.{field.name}"
        for model in apps.get_app_config("contracts").get_models()
        for field in model._meta.get_fields()
        if field.is_relation
        and field.concrete
        and not field.many_to_many
        and field.remote_field.on_delete.__name__ == "CASCADE"
    }
    assert loose <= {"OfferMilestone.offer", "OfferCheck.offer", "ChangeRequest_failing"}, loose


def test_views_create_no_rows():
    found = [
        relative(path)
        for path in SOURCES
        if path.name in {"views.py", "api.py", "admin.py"} or path.parent.name in {"views", "api"}
        if re.search(
            r"\.objects\.(create|bulk_create|get_or_create|update_or_create)\(", path.read_text()
        )
    ]
    assert found == []


def test_nothing_names_this_machine_or_a_registry():
    tracked = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\0")
    # Wherever the checkout stands: whoever writes down where finds out here.
    forbidden = re.compile(rf"pypi\.org|pythonhosted|registry\.npmjs|{re.escape(str(ROOT))}\b")
    found = [
        name
        for name in tracked
        if name
        and not name.endswith((".woff2", ".png"))
        and name != relative(Path(__file__))
        and forbidden.search((ROOT / name).read_text(errors="ignore"))
    ]
    assert found == []
