"""Every template, whoever wrote it, keeps the rules a strict policy and a translator need."""

import re
from pathlib import Path

import allauth
import pytest
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
    "account": ("emails/",),
    "mfa": ("emails/",),
}
# Read by developers only, or shown when nothing else can be.
IN_ENGLISH = {"kit.html", "components/specimen.html", "500.html"}


def name_of(path: Path) -> str:
    return path.relative_to(TEMPLATES).as_posix()


def markup(path: Path) -> str:
    """Return the source without its comments."""
    source = re.sub(r"\{#.*?#\}", "", path.read_text())
    return re.sub(r"\{% comment.*?endcomment %\}", "", source, flags=re.DOTALL)


def is_mail(path: Path) -> bool:
    return name_of(path).startswith(MAILS)


@pytest.mark.parametrize("path", [*PAGES, *TEXTS], ids=name_of)
def test_it_compiles(path):
    get_template(name_of(path))


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_it_needs_no_inline_style_or_script(path):
    source = markup(path)
    if not is_mail(path):
        assert not re.search(r"<style|\sstyle=", source)
    assert not re.search(r"\son[a-z]+=|hx-on|javascript:|hx-vals=.js:", source)
    scripts = re.findall(r"<script\b[^>]*>", source)
    assert [tag for tag in scripts if " src=" not in tag] == []


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_its_includes_say_what_they_need_and_stay_near(path):
    for include in re.findall(r"\{% include (.*?) %\}", markup(path)):
        assert include.endswith(" only"), include
        included = include.split('"')[1]
        own_folder = name_of(path).split("/")[0]
        near = ("components/", "forms/", f"{own_folder}/", *BELOW.get(own_folder, ()))
        assert included.startswith(near), included


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_every_word_can_be_translated(path):
    if name_of(path) in IN_ENGLISH:
        pytest.skip("read by developers, or shown when nothing else can be")
    source = markup(path)
    spoken = re.findall(r'(?:aria-label|alt|title|placeholder)="([^"{]*[A-Za-z]{2}[^"{]*)"', source)
    assert spoken == []
    source = re.sub(r"\{% blocktrans.*?endblocktrans(?:late)? %\}", "", source, flags=re.DOTALL)
    source = re.sub(
        r"\{% block page_css %\}.*?\{% endblock %\}|<style.*?</style>", "", source, flags=re.DOTALL
    )
    source = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", "", source, flags=re.DOTALL)
    source = re.sub(r"<[^>]*>|&\w+;|&#\d+;", " ", source)
    allowed = {"USD", "UTC"}
    assert [word for word in re.findall(r"[A-Za-z]{2,}", source) if word not in allowed] == []


def named_in_sources() -> str:
    """Return all code and templates in which a template's name can stand."""
    folders = ("accounts", "experts", "jobs", "contracts", "marketplace", "templates")
    return "\n".join(
        path.read_text()
        for folder in folders
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".py", ".html", ".txt"}
    )


def test_no_template_is_an_orphan():
    """A template is named by code or by another template, or overrides one of a package."""
    sources = named_in_sources()
    by_django = {"403.html", "404.html", "500.html"}
    orphans = [
        name_of(path)
        for path in [*PAGES, *TEXTS]
        if name_of(path) not in by_django
        and f'"{name_of(path)}"' not in sources
        and not any((folder / name_of(path)).exists() for folder in PACKAGES)
        and not overrides_the_other_half(path)
    ]
    assert orphans == []


def overrides_the_other_half(path: Path) -> bool:
    """Whether allauth looks for this one beside its own plain text (`…_message.html`)."""
    twin = Path(name_of(path)).with_suffix(".txt")
    return any((folder / twin).exists() for folder in PACKAGES)
