"""Translations are read out of the code and compiled in pure Python: no gettext is needed."""

import gettext
import os

import pytest

from marketplace.kit import catalogues
from marketplace.local import messages

TEMPLATE = """{% load i18n %}
    {% translate "Sign in" %} {% include "x.html" with text=_("That's all") only %}
  {% translate "May" context "month" %}
{# Translators: the badge #}
{% blocktranslate trimmed count counter=n with name=x %}
   {{ name }} has {{ counter }} badge.
{% plural %}{{ name }} has {{ counter }} badges.{% endblocktranslate %}
"""
PYTHON = """
BAD = _("Bad") if x else ngettext("%(n)d day", "%(n)d days", n) % {"n": n}
LONG = _("One "
         "sentence")
"""


@pytest.fixture
def texts(tmp_path):
    """The texts of a site with one template and one module."""
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "page.html").write_text(TEMPLATE)
    (tmp_path / "jobs").mkdir()
    (tmp_path / "jobs" / "views.py").write_text(PYTHON)
    return messages.read_texts(tmp_path)


def catalogue(texts, **said):
    """Return the catalogue of these texts, in which some are translated."""
    empty = messages.read_catalogue(messages.written(texts, messages.Catalog(locale="de")))
    for message in empty:
        if message.id and (translation := said.get(messages._forms(message.id)[0].split()[0])):
            message.string = translation
    return empty


def test_what_django_would_look_up_is_what_is_read(texts):
    assert {(text.singular, text.plural, text.context) for text in texts.values()} == {
        ("Sign in", "", None),
        ("That's all", "", None),
        ("May", "", "month"),
        (
            "%(name)s has %(counter)s badge.",
            "%(name)s has %(counter)s badges.",
            None,
        ),
        ("Bad", "", None),
        ("%(n)d day", "%(n)d days", None),
        ("One sentence", "", None),
    }


def test_texts_are_read_wherever_they_stand_in_a_file_and_figures_are_none():
    file = {"rows": [{"checks": [{"goal": "90"}, {"goal": "No harm"}], "anchors": ["Bad.", ""]}]}

    read = [list(messages._said_at(f"rows.{place}", file))
            for place in ("checks.goal", "anchors", "hint")]  # fmt: skip

    assert read == [["No harm"], ["Bad."], []]


def test_a_catalogue_of_these_texts_has_no_faults_and_keeps_what_was_translated(texts):
    kept = catalogue(texts, Sign="Anmelden")
    again = messages.read_catalogue(messages.written(texts, kept))

    assert messages.faults(texts, again) == []
    assert messages.messages_of(again)["Sign in", None].string == "Anmelden"


def test_what_is_missing_and_what_nobody_says_any_more_is_told(texts):
    kept = catalogue(texts)
    new = messages.Text("New", "", None, (), ())
    now = {key: text for key, text in texts.items() if key != ("Bad", None)} | {new.key: new}

    assert messages.faults(now, kept) == ["missing: 'New'", "nobody says it any more: 'Bad'"]


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ({"%(n)d": ("%(n)d Tag", "")}, "a form is missing"),
        ({"%(n)d": ("ein Tag", "%(m)d Tage")}, "other placeholders"),
        ({"%(n)d": ("%(x)d Tag", "%(n)d Tage")}, "unknown placeholders"),
        ({"Bad": "%s schlecht"}, "placeholders"),
    ],
)
def test_a_translation_that_would_break_is_told(texts, said, fault):
    found = messages.faults(texts, catalogue(texts, **said))

    assert found
    assert any(fault in sentence for sentence in found)


def test_a_guess_is_not_a_translation(texts):
    kept = catalogue(texts, Bad="Schlecht")
    messages.messages_of(kept)["Bad", None].flags.add("fuzzy")

    assert len(messages.faults(texts, kept)) == 1


def test_a_changed_catalogue_is_compiled_and_an_unchanged_one_left_alone(tmp_path, texts):
    folder = tmp_path / "locale" / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    source, compiled = folder / "django.po", folder / "django.mo"
    said = messages.written(texts, catalogue(texts, **{"%(n)d": ("ein Tag", "%(n)d Tage")}))
    source.write_text(said)

    catalogues.compile_stale([tmp_path / "locale"])
    with compiled.open("rb") as file:
        german = gettext.GNUTranslations(file)
    assert german.ngettext("%(n)d day", "%(n)d days", 3) == "%(n)d Tage"
    assert german.gettext("Bad") == "Bad"

    first = compiled.stat()
    catalogues.compile_stale([tmp_path / "locale"])
    assert compiled.stat() == first
    os.utime(source, ns=(first.st_mtime_ns + 1, first.st_mtime_ns + 1))
    catalogues.compile_stale([tmp_path / "locale"])
    assert compiled.stat().st_ino != first.st_ino
    assert [path.name for path in folder.iterdir() if path.suffix not in {".po", ".mo"}] == []
