"""The search document: what is public of an expert as one row, always equal to its sources."""

import re
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from itertools import chain
from zoneinfo import available_timezones

import pytest
from django.core.management import CommandError, call_command
from django.core.management.sql import emit_post_migrate_signal
from django.db import connection

from accounts.models import User
from accounts.services import people
from experts import facets, selectors, tasks
from experts.facets import Kind
from experts.models import Badge, Domain, Expert, SearchDocument
from experts.services import ageing, badges, profiles, reviews, search_documents
from experts.services.search_documents import BUILT
from marketplace.kit.places import countries, languages
from tests import factories
from tests.conftest import NOON
from tests.experts.test_open_profile import profile
from tests.experts.test_record_work import record


def document(expert: Expert) -> SearchDocument:
    return SearchDocument.objects.get(expert=expert)


def words(expert: Expert) -> set[str]:
    """Return the lexemes of a document that are no facets."""
    pairs = (pair.strip("'").split("':")[0] for pair in document(expert).lexemes.split())
    return {word for word in pairs if not word.startswith("=")}


@pytest.fixture(autouse=True)
def nothing_drifts(db):
    """Whatever a test does through the services, every document equals its sources afterwards."""
    yield
    assert search_documents.drifted() == []


def test_it_says_what_is_public(ada):
    rag = factories.skill("rag")
    family = factories.release("gpt-6-sol").family
    badge = ada.expert.badges.get()
    badge.application.built_on.set(family.releases.all())
    law = Domain.objects.create(slug="law", english_name="Law", position=1)
    ada.expert.domains.add(law)

    search_documents.keep([ada.expert.pk], on=NOON.date())

    row = document(ada.expert)
    assert set(row.facets) == {
        *(facets.skill(rag.pk, level) for level in (1, 2, 3)),
        *(facets.facet(Kind.LEVEL, level) for level in (1, 2, 3)),
        facets.facet(Kind.FAMILY, family.pk),
        facets.facet(Kind.DOMAIN, law.pk),
        facets.named(Kind.LANGUAGE, "en"),
        facets.named(Kind.COUNTRY, "NG"),
        facets.named(Kind.ZONE, "UTC"),
        facets.facet(Kind.HOURS, 30),
        facets.facet(Kind.RATE, 7),
    }
    assert (row.quality, row.rate_minor, row.free_on) == (3_400, 145_00, date.min)
    assert {"ada", "okonkwo", "retriev", "lago"} <= words(ada.expert)


def test_confidential_evidence_says_nothing(ada):
    evidence = ada.expert.badges.get().application.evidence
    evidence.update(claim="Unsupported answers fell", shown="everything")
    search_documents.keep([ada.expert.pk])
    assert "unsupport" in words(ada.expert)

    evidence.update(shown="title")
    search_documents.keep([ada.expert.pk])

    assert "unsupport" not in words(ada.expert)


def test_there_is_none_before_the_first_badge_and_one_from_it_on(case, rhea, judged):
    profiles.edit(case.expert, profile=profile(), by=case.expert.user)
    assert not SearchDocument.objects.exists()

    reviews.grant(case, level=2, judgement=judged(case), by=rhea, at=NOON)

    assert document(case.expert).quality == 2_400


@pytest.mark.parametrize("verb", [badges.suspend, badges.revoke])
def test_it_goes_with_the_last_badge_that_counts(ada, rhea, verb):
    verb(ada.expert.badges.get(), reason="A doubt.", by=rhea, at=NOON)

    assert not SearchDocument.objects.exists()


def test_it_comes_back_with_the_badge(ada, rhea):
    badge = badges.suspend(ada.expert.badges.get(), reason="A doubt.", by=rhea, at=NOON)

    badges.reinstate(badge, reason="None left.", by=rhea, at=NOON)

    assert SearchDocument.objects.count() == 1


def test_it_goes_when_the_badge_lapses(grace):
    factories.badge(grace, factories.skill("evals"), valid_until=date(2030, 6, 30))

    ageing.age_due(at=datetime(2030, 7, 1, tzinfo=UTC))

    assert not SearchDocument.objects.exists()


def test_an_edit_is_found_at_once(ada):
    said = profile(name="Ada Obi", headline="Voice", is_open=False, rate=ada.expert.rate)

    profiles.edit(ada.expert, profile=said, by=ada)

    assert {"obi", "voic"} <= words(ada.expert)
    assert document(ada.expert).free_on == date.max


def test_a_name_and_a_zone_changed_in_the_settings_are_too(ada):
    people.describe(ada, name="Ada Nwosu", time_zone="Africa/Lagos")

    assert "nwosu" in words(ada.expert)
    assert document(ada.expert).zone == facets.named(Kind.ZONE, "Africa/Lagos")


def test_a_profile_given_away_is_found_no_more(ada, mallory):
    root = User.objects.create_superuser("root@attest.example", name="Root", password="x")

    profiles.transfer(ada.expert, to=mallory, reason="It was sold.", by=root, at=NOON)

    assert not SearchDocument.objects.exists()


def test_work_moves_the_score_it_is_ordered_by(ada):
    record(ada.expert, rating=1)
    record(ada.expert, source="ctr_2", rating=1, follows_lost_dispute=True)
    record(ada.expert, source="ctr_3", rating=5, is_linked=True)

    found = selectors.reputations([ada.expert.pk], on=NOON.date())[ada.expert.pk]
    assert document(ada.expert).quality == 3_000 + round(found.score * 100)


def test_a_score_fades_weekly(ada):
    record(ada.expert, rating=1)
    later = NOON + timedelta(days=400)
    assert search_documents.refresh_scores(at=NOON + timedelta(days=6)) == 0

    assert search_documents.refresh_scores(at=later) == 1

    faded = selectors.reputations([ada.expert.pk], on=later.date())[ada.expert.pk]
    assert document(ada.expert).quality == 3_000 + round(faded.score * 100)
    assert search_documents.refresh_scores(at=later) == 0


def test_what_somebody_writes_past_the_services_is_told_and_mended(ada, grace):
    kept = document(ada.expert).lexemes
    SearchDocument.objects.update(lexemes="wrong")
    factories.badge(grace, factories.skill("evals"))
    SearchDocument.objects.filter(expert=grace).delete()
    assert search_documents.drifted() == [ada.expert.pk, grace.pk]
    with pytest.raises(CommandError, match="differ"):
        call_command("rebuild_search", check=True, stdout=StringIO(), stderr=StringIO())

    tasks.keep_search_documents()

    assert search_documents.drifted() == []
    assert document(ada.expert).lexemes == kept


def test_a_document_without_a_badge_is_told_too(ada):
    Badge.objects.update(status="lapsed")

    assert search_documents.drifted() == [ada.expert.pk]
    assert search_documents.repair() == 1


def test_a_rebuild_says_how_far_it_is_and_what_was_wrong(ada, monkeypatch):
    monkeypatch.setattr(search_documents, "BATCH", 1)
    factories.badge(factories.expert(factories.user("Low Rag")), factories.skill("rag"))
    SearchDocument.objects.all().delete()
    said, errors = StringIO(), StringIO()

    call_command("rebuild_search", stdout=said, stderr=errors)

    assert "1 of 2 experts, 1 wrong" in errors.getvalue()
    assert said.getvalue() == "search documents rebuilt: 2 changed\n"
    call_command("rebuild_search", check=True, stdout=said, stderr=errors)
    assert said.getvalue().endswith("drift: 0\n")


def test_an_older_installation_is_filled_once(ada):
    SearchDocument.objects.all().delete()

    call_command("rebuild_search", if_empty=True, stdout=StringIO(), stderr=StringIO())

    assert SearchDocument.objects.count() == 1


def test_nobody_pays_for_a_place():
    read = set(re.findall(r"(?:FROM|JOIN) ((?:accounts|experts|jobs|contracts)_\w+)", BUILT))

    assert read == {
        "accounts_user",
        *("experts_expert", "experts_expertskill", "experts_expert_domains"),
        *("experts_badge", "experts_application_built_on", "experts_modelrelease"),
        *("experts_evidence", "experts_workrecord", "experts_searchdocument"),
        "experts_kindofwork",
    }


@pytest.mark.parametrize(
    ("kind", "texts"),
    [
        (Kind.ZONE, available_timezones()),
        (Kind.COUNTRY, {code for code, _name in countries()}),
        (Kind.LANGUAGE, {code for code, _name in languages()}),
    ],
)
def test_no_two_texts_have_one_number(kind, texts):
    assert len({facets.named(kind, text) for text in texts}) == len(texts)


def test_no_two_kinds_share_a_number():
    highest = (facets.facet(kind, facets.VALUES - 1) for kind in Kind)
    lowest = (kind.first for kind in Kind)

    numbers = list(chain.from_iterable(zip(lowest, highest, strict=True)))

    assert numbers == sorted(set(numbers))
    assert numbers[-1] < 2**31


def test_migrate_gives_the_database_the_function_of_this_code(ada):
    with connection.cursor() as cursor:
        cursor.execute("DROP FUNCTION experts_keep_documents")

    emit_post_migrate_signal(0, False, "default")

    Expert.objects.filter(pk=ada.expert.pk).update(headline="Something else")
    assert search_documents.keep([ada.expert.pk]) == 1
