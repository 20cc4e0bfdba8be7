"""Loading the catalogue: says what changes, changes it once, and never edits a rubric in use."""

import json
import shutil

import pytest
from django.core.management import call_command

from experts.models import (
    Application,
    ModelRelease,
    ReleaseChange,
    Rubric,
    Skill,
    SkillAlias,
)
from experts.services import catalogue
from tests import factories
from tests.conftest import NOON


@pytest.fixture
def folder(tmp_path):
    """A copy of the files that a test may change."""
    return shutil.copytree(catalogue.FILES, tmp_path / "catalogue")


@pytest.fixture
def load(db, folder):
    """Load the copy; return {noun: (added, changed, unchanged)}."""

    def load():
        seen = {}

        def report(difference):
            counts = (len(difference.added), len(difference.changed), difference.unchanged)
            seen[difference.noun] = counts

        catalogue.load(at=NOON, report=report, folder=folder)
        return seen

    return load


def change(folder, name, act):
    path = folder / f"{name}.json"
    content = json.loads(path.read_text())
    act(content)
    path.write_text(json.dumps(content))


def test_the_second_time_changes_nothing(load):
    first, second = load(), load()

    assert first["skills"] == (53, 0, 0)
    assert first["rubrics"] == (34, 0, 0)
    assert all(added == changed == 0 for added, changed, _ in second.values())
    assert {noun: sum(counts) for noun, counts in first.items()} == {
        noun: sum(counts) for noun, counts in second.items()
    }


def test_it_takes_a_fixed_number_of_statements(load, django_assert_max_num_queries):
    with django_assert_max_num_queries(60):
        load()
    with django_assert_max_num_queries(40):
        load()


def test_the_command_prints_what_it_does(db, capsys):
    call_command("load_catalogue")

    assert "skills: 53 added, 0 changed, 0 unchanged" in capsys.readouterr().out


def test_a_changed_row_is_changed_and_no_other(load, folder):
    load()
    retired = {"lifecycle": "shutdown", "shutdown_on": "2030-01-01"}
    change(folder, "models", lambda models: models["releases"][-1].update(retired))

    seen = load()

    assert seen["model releases"][:2] == (0, 1)
    assert ModelRelease.objects.filter(shutdown_on="2030-01-01").get().lifecycle == "shutdown"


def test_a_changed_rubric_is_a_new_version_and_the_old_one_stays(load, folder):
    load()
    skill = Skill.objects.get(slug="rag")
    case = factories.application(factories.expert(), skill)
    change(folder, "rubrics", lambda file: rubric(file, "rag")["pass_rule"].update(minimum_each=3))

    assert load()["rubrics"] == (0, 1, 33)
    assert load()["rubrics"] == (0, 0, 34)

    old, new = Rubric.objects.filter(skill=skill).order_by("version")
    assert (old.version, old.minimum_each) == (1, 2)
    assert (new.version, new.minimum_each) == (2, 3)
    assert new.criteria.count() == 5
    assert Application.objects.get(pk=case.pk).rubric == old


def test_a_changed_anchor_is_a_change_of_the_rubric(load, folder):
    load()
    change(
        folder,
        "rubrics",
        lambda file: rubric(file, "rag")["criteria"][0]["anchors"].__setitem__(5, "Better."),
    )

    assert load()["rubrics"] == (0, 1, 33)


def test_what_staff_corrected_stays_until_the_file_speaks_of_it_again(load, folder):
    load()
    Skill.objects.filter(slug="rag").update(english_name="Our RAG", english_title="Our title")
    change(folder, "skills", lambda file: entry(file, "rag").update(title="The file's new title"))

    load()
    load()

    rag = Skill.objects.get(slug="rag")
    assert (rag.name, rag.title) == ("Our RAG", "The file's new title")


def test_a_change_of_a_release_is_written_into_its_history(load, folder):
    load()
    later = {"shutdown_on": "2031-01-01"}
    change(folder, "models", lambda models: models["releases"][0].update(later))

    load()

    change_ = ReleaseChange.objects.get()
    assert change_.columns == {"shutdown_on": ["2026-10-23", "2031-01-01"]}
    assert (change_.reason, change_.by) == (catalogue.THE_FILE, None)


def test_a_preview_says_it_and_changes_nothing(db, capsys):
    call_command("load_catalogue", preview=True)

    assert "skills: 53 added" in capsys.readouterr().out
    assert not Skill.objects.exists()


def test_rows_a_file_no_longer_names_stay(load, folder):
    load()
    change(folder, "skills", lambda file: file["skills"][0]["aliases"].clear())

    load()

    assert SkillAlias.objects.filter(alias="prompt engineer").exists()


def test_a_broken_file_changes_nothing(load, folder):
    (folder / "rubrics.json").write_text("{")

    with pytest.raises(ValueError, match="Expecting"):
        load()

    assert not Skill.objects.exists()


def entry(file, slug):
    return next(skill for skill in file["skills"] if skill["slug"] == slug)


def rubric(file, slug):
    return next(entry for entry in file["rubrics"] if entry["skill"] == slug)
