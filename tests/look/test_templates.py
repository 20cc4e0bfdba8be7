"""Every template, whoever wrote it, keeps the rules a strict policy and a translator need."""

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import allauth
from django.contrib import admin
from django.template.loader import get_template

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "templates"
PAGES = sorted(TEMPLATES.rglob("*.html"))
TEXTS = sorted(TEMPLATES.rglob("*.txt"))
PACKAGES = [Path(str(package.__file__)).parent / "templates" for package in (allauth, admin)]
# Mail clients know nothing but inline styles, and run no policy of ours.
MAILS = ("emails/", "account/email/", "mfa/email/")
# Whose fragments a folder may include beside its own: the site stands above all apps.
BELOW = {
    "site": ("experts/", "jobs/", "contracts/"),
    # Landing pages of a kind of work show experts as the directory does.
    "jobs": ("experts/",),
    "account": ("emails/",),
    "mfa": ("emails/", "accounts/"),
    # The benches in the admin site are faces of accounts, of experts and of contracts.
    "admin": ("accounts/", "experts/", "contracts/"),
}
# Read by developers only, or shown when nothing else can be.
IN_ENGLISH = {"kit.html", "components/specimen.html", "400.html", "500.html"}
# The same in every language.
CODES = {"USD", "UTC", "PDF", "CSV", "4H2K-9XQ2-M7TD", "Authorization", "Bearer", "curl"}


def name_of(path: Path) -> str:
    return path.relative_to(TEMPLATES).as_posix()


def markup(path: Path) -> str:
    """Return the source without its comments."""
    source = re.sub(r"\{#.*?#\}", "", path.read_text())
    return re.sub(r"\{% comment.*?endcomment %\}", "", source, flags=re.DOTALL)


def is_mail(path: Path) -> bool:
    return name_of(path).startswith(MAILS)


def complaints(check: Callable[[str, Path], Iterable[str]]) -> list[str]:
    """Return what a check finds in each page: one test for all, because there are hundreds."""
    return [f"{name_of(path)}: {found}" for path in PAGES for found in check(markup(path), path)]


def test_all_compile():
    for path in [*PAGES, *TEXTS]:
        get_template(name_of(path))


def test_none_needs_an_inline_style_or_script():
    # What search engines read is data: a browser runs none of it, so the policy does not ask.
    inline = re.compile(
        r"<style|\sstyle=|<script\b(?![^>]* src=|[^>]*application/ld\+json)|\son[a-z]+=|hx-on"
        r"|javascript:|=.js:"
    )
    script = re.compile(r"<script\b|\son[a-z]+=|javascript:")

    def found(source: str, path: Path) -> list[str]:
        return (script if is_mail(path) else inline).findall(source)

    assert complaints(found) == []


def test_includes_say_what_they_need_and_stay_near():
    def found(source: str, path: Path) -> Iterator[str]:
        own_folder = name_of(path).split("/")[0]
        near = ("components/", "forms/", f"{own_folder}/", *BELOW.get(own_folder, ()))
        for include in re.findall(r"\{% include (.*?) %\}", source):
            if not (include.endswith(" only") and include.split('"')[1].startswith(near)):
                yield include

    assert complaints(found) == []


def test_every_word_can_be_translated():
    def found(source: str, path: Path) -> list[str]:
        if name_of(path) in IN_ENGLISH:
            return []
        spoken = r'(?:aria-label|alt|title|placeholder)="([^"{]*[A-Za-z]{2}[^"{]*)"'
        silent = (
            r"\{% blocktrans.*?endblocktrans(?:late)? %\}",
            r"\{% block page_css %\}.*?\{% endblock %\}|<style.*?</style>",
            r"\{%.*?%\}|\{\{.*?\}\}",
            r"<[^>]*>|&\w+;|&#\d+;",
        )
        attributes = re.findall(spoken, source)
        for pattern in silent:
            source = re.sub(pattern, " ", source, flags=re.DOTALL)
        return sorted({*attributes, *re.findall(r"[A-Za-z]{2,}", source)} - CODES)

    assert complaints(found) == []


def named_in_sources() -> str:
    """Return all code and templates in which a template's name can stand."""
    folders = ("accounts", "experts", "jobs", "contracts", "marketplace", "templates")
    return "\n".join(
        path.read_text()
        for folder in folders
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".py", ".html", ".svg", ".txt"}
    )


def test_no_template_is_an_orphan():
    """A template is named by code or by another template, or overrides one of a package."""
    sources = named_in_sources()
    by_name = {"400.html", "403.html", "404.html", "429.html", "500.html"}
    orphans = [
        name_of(path)
        for path in [*PAGES, *TEXTS]
        if name_of(path) not in by_name
        and f'"{name_of(path)}"' not in sources
        and not any((folder / name_of(path)).exists() for folder in PACKAGES)
        and not overrides_the_other_half(path)
    ]
    assert orphans == []


def overrides_the_other_half(path: Path) -> bool:
    """Whether allauth looks for this one beside its own plain text (`…_message.html`)."""
    twin = Path(name_of(path)).with_suffix(".txt")
    return any((folder / twin).exists() for folder in PACKAGES)
