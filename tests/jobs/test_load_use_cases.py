"""The templates are loaded from their file, as often as one likes."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from experts.models import KindOfWork
from experts.services import catalogue
from jobs.models import UseCase, UseCaseSkill
from jobs.services import use_cases
from tests.conftest import NOON


@pytest.fixture
def taxonomy(db):
    catalogue.load(at=NOON, report=lambda _difference: None)


def test_every_template_is_loaded_with_its_skills(taxonomy):
    out = StringIO()

    call_command("load_use_cases", stdout=out)

    assert "22 use cases" in out.getvalue()
    assert UseCase.objects.count() == 22
    assert all(row.skills.filter(is_must=True).exists() for row in UseCase.objects.all())
    assert all(row.needs for row in KindOfWork.objects.all()), "what experts are searched by"
    assert list(KindOfWork.objects.values_list("slug")) == list(UseCase.objects.values_list("slug"))


def test_loading_again_changes_nothing(taxonomy):
    use_cases.load()
    before = everything()

    use_cases.load()

    assert everything() == before


def everything():
    return [list(model.objects.order_by("pk").values()) for model in (UseCase, UseCaseSkill)]


def test_a_skill_that_left_the_file_leaves_the_template(taxonomy):
    use_cases.load()
    row = UseCase.objects.get(slug="voice-agent")
    stray = UseCaseSkill.objects.filter(use_case__slug="eval-harness")[0].skill
    row.skills.create(skill=stray, is_must=True, level=1)

    use_cases.load()

    assert stray not in [wish.skill for wish in row.skills.all()]


def test_without_the_taxonomy_it_says_what_to_do(db):
    with pytest.raises(CommandError, match="Load the taxonomy first"):
        call_command("load_use_cases")

    assert not UseCase.objects.exists()
