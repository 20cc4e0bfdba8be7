"""Keeps the translations complete: reads every text of code and catalogue; compares, or writes.

Django's own way needs GNU gettext, which a fresh machine does not have. Babel reads Python as well,
and templates become Python in Django's own `templatize`.
"""

import json
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from marketplace.local.state import CHECKOUT

SOURCE = CHECKOUT / "locale" / "de" / "LC_MESSAGES" / "django.po"
APPS = ("marketplace", "accounts", "experts", "jobs", "contracts")
# What runs on a developer's terminal speaks English, and migrations are history.
NOT_SHOWN = ("marketplace/local/", "/migrations/")
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), None),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}
# The catalogue's files, and where in them the texts stand that are shown to people.
CATALOGUE = {
    "experts/catalogue/skills.json": (
        *("skills.name", "skills.title", "skills.description"),
        *("skills.evidence", "skills.not_evidence", "skills.aliases.hint"),
    ),
    "experts/catalogue/rubrics.json": (
        *("rubrics.criteria.name", "rubrics.criteria.question", "rubrics.criteria.anchors"),
    ),
    "experts/catalogue/domains.json": ("domains.name",),
    "experts/catalogue/models.json": ("families.name", "families.modality", "releases.note"),
    "experts/catalogue/surfaces.json": ("surfaces.name", "surfaces.note"),
    "jobs/catalogue/use_cases.json": (
        *("use_cases.name", "use_cases.summary", "use_cases.title_template"),
        *("use_cases.scope_template", "use_cases.today_prompts", "use_cases.checks.metric"),
        *("use_cases.checks.target", "use_cases.checks.unit", "use_cases.checks.how"),
        *("use_cases.milestones.title", "use_cases.screening_question"),
    ),
}
# No dates and no lines of code: a change of the file is a change of the texts.
HEAD = """\
# The German of this site; `make messages` adds what is new and drops what nobody says any more.
msgid ""
msgstr ""
"Language: de\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w*\}")
IS_COMPLETE = True
"""Whether a text without a translation fails the check."""

Key = tuple[str, str | None]


@dataclass(frozen=True)
class Text:
    """One text of the site: what gettext is asked for, and the files that ask."""

    singular: str
    plural: str
    context: str | None
    comments: tuple[str, ...]
    files: tuple[str, ...]

    @property
    def key(self) -> Key:
        """What tells it from all others."""
        return self.singular, self.context


def main(arguments: list[str]) -> str | None:
    """Compare, or write with `--write`; return what is wrong in one paragraph."""
    texts = read_texts(CHECKOUT)
    kept = read_catalogue(SOURCE.read_text())
    if arguments == ["--write"]:
        SOURCE.write_text(written(texts, kept))
        kept = read_catalogue(SOURCE.read_text())
    complaints = faults(texts, kept)
    empty = sum(not is_translated(message) for message in messages_of(kept).values())
    print(f"{len(texts)} texts, {empty} without a translation")
    if IS_COMPLETE and empty:
        complaints += [
            f"not translated: {key[0]!r}"
            for key, message in messages_of(kept).items()
            if not is_translated(message)
        ]
    return "\n".join(complaints) or None


def read_texts(root: Path) -> dict[Key, Text]:
    """Return every text that code and catalogue below `root` show, by its key, in order."""
    found: dict[Key, Text] = {}
    for text in (*_texts_of_code(root), *_texts_of_catalogue(root)):
        before = found.get(text.key)
        found[text.key] = _together(before, text) if before else text
    return dict(sorted(found.items(), key=lambda item: (item[0][0], item[0][1] or "")))


def sources(root: Path) -> Iterator[Path]:
    """Yield the files that may show a text."""
    folders = [*(root / app for app in APPS), root / "templates"]
    files = [Path(top) / name for folder in folders for top, _, names in os.walk(folder)
             for name in names]  # fmt: skip
    for path in sorted(files):
        is_shown = not any(part in path.as_posix() for part in NOT_SHOWN)
        if is_shown and (path.suffix == ".py" or "templates" in path.parts):
            yield path


def read_catalogue(text: str) -> Catalog:
    """Read a catalogue as it is written in `locale/`."""
    return read_po(BytesIO(text.encode()), locale="de")


def messages_of(catalogue: Catalog) -> dict[Key, Message]:
    """Return what a catalogue says, by key."""
    return {_key(message): message for message in catalogue if message.id}


def written(texts: dict[Key, Text], kept: Catalog) -> str:
    """Write the catalogue of these texts, with the translations that are kept."""
    known = messages_of(kept)
    catalogue = Catalog(locale="de")
    for key, text in texts.items():
        before = known.get(key)
        same_number = before is not None and before.pluralizable == bool(text.plural)
        catalogue.add(
            (text.singular, text.plural) if text.plural else text.singular,
            before.string if before is not None and same_number else None,
            auto_comments=text.comments,
            context=text.context,
        )
    printed = BytesIO()
    write_po(printed, catalogue, width=0, omit_header=True, sort_output=True)
    return HEAD + printed.getvalue().decode().lstrip("\n")


def faults(texts: dict[Key, Text], kept: Catalog) -> list[str]:
    """Return what is wrong with a catalogue, one sentence each."""
    known = messages_of(kept)
    return [
        *(f"missing: {key[0]!r}" for key in texts if key not in known),
        *(f"nobody says it any more: {key[0]!r}" for key in known if key not in texts),
        *(f"obsolete entry kept: {key!r}" for key in kept.obsolete),
        *(
            f"{message.id!r}: {fault}"
            for message in known.values()
            for fault in _faults_of(message)
        ),
    ]


def is_translated(message: Message) -> bool:
    """Whether each form of it says something."""
    return all(_forms(message.string))


def _faults_of(message: Message) -> Iterator[str]:
    if message.fuzzy:
        yield "marked fuzzy, and so not shown"
    asked, said = _forms(message.id), _forms(message.string)
    if not any(said):
        return
    if len(said) != len(asked) or not all(said):
        yield "a form is missing"
    # German may leave the number out of "one", never out of the others.
    if not _placeholders(said[0]) <= _placeholders(*asked):
        yield f"unknown placeholders in {said[0]!r}"
    if _placeholders(said[-1]) != _placeholders(asked[-1]):
        yield f"other placeholders in {said[-1]!r}"


def _placeholders(*texts: str) -> set[str]:
    return {found for text in texts for found in PLACEHOLDER.findall(text)}


def _forms(said: object) -> tuple[str, ...]:
    return tuple(said) if isinstance(said, list | tuple) else (str(said or ""),)


def _key(message: Message) -> Key:
    return _forms(message.id)[0], message.context


def _texts_of_code(root: Path) -> Iterator[Text]:
    for path in sources(root):
        yield from _texts_in(path, path.relative_to(root).as_posix())


def _texts_of_catalogue(root: Path) -> Iterator[Text]:
    for name, places in CATALOGUE.items():
        path = root / name
        file = json.loads(path.read_text()) if path.exists() else {}
        for place in places:
            yield from (Text(text, "", None, (), (name,)) for text in _said_at(place, file))


def _said_at(place: str, entry: Any) -> Iterator[str]:
    """Yield the texts at a place, in each entry of every list on the way; figures are none."""
    if isinstance(entry, list):
        for each in entry:
            yield from _said_at(place, each)
    elif place:
        step, _, rest = place.partition(".")
        yield from _said_at(rest, entry.get(step, []))
    elif any(map(str.isalpha, entry or "")):
        yield entry


def _texts_in(path: Path, name: str) -> Iterator[Text]:
    source = path.read_text()
    if path.suffix != ".py":
        # Its lines are no Python, but for what gettext is asked; indents would not fit together.
        source = "\n".join(map(str.lstrip, templatize(source, origin=name).splitlines()))
    read = extract("python", BytesIO(source.encode()), KEYWORDS, ["Translators:"])
    for _line, said, comments, context in read:
        forms = _forms(said)
        yield Text(forms[0], "".join(forms[1:2]), context, tuple(comments), (name,))


def _together(before: Text, text: Text) -> Text:
    """Join two askers of one text; where one of them counts, the plural belongs to both."""
    return Text(
        text.singular,
        before.plural or text.plural,
        text.context,
        tuple(dict.fromkeys(before.comments + text.comments)),
        tuple(dict.fromkeys(before.files + text.files)),
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
