"""The directory of vetted experts."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from experts import versions
from experts.directory import Directory
from experts.forms.search import SearchForm
from experts.searching import Page
from experts.views.questions import Question
from experts.views.saved import zone_of
from marketplace.kit import kept
from marketplace.kit.http import keep_for_visitors, render_part

PER_PAGE = 12


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Find experts by what they can prove."""
    shown = Shown(request, now().date())
    return keep_for_visitors(request, shown.made_from, shown.answer)


class Shown:
    """A page of the directory: what it is made from, and how, if nobody has made it before."""

    def __init__(self, request: HttpRequest, on: date) -> None:
        self.request, self.on = request, on

    def made_from(self) -> Sequence[object]:
        """Return the version of the search, and those of the cards it leads to.

        Whom it leads to is kept too, so that a page that is kept asks for versions alone.
        """
        searched = versions.of_search(), self.on
        named = kept.name("experts:search", self.request.get_full_path(), *searched)
        self.page = kept.value(named, self._find)
        return *searched, self.versions

    def answer(self) -> HttpResponse:
        """Make the page."""
        request, directory, page = self.request, self.directory, self.page
        kept_by_reader = request.user.saved_experts if request.user.is_authenticated else None
        saved = list(kept_by_reader.values_list("expert", flat=True)) if kept_by_reader else []
        context = {
            "form": self.form,
            "cards": self.cards(saved=saved, may_save=bool(kept_by_reader)),
            "directory": directory,
            "question": Question(request.GET, directory),
            "next": page.after,
            "is_first": not directory.after,
            # Who is signed in saves experts, and comes back to this list.
            "back": request.get_full_path() if kept_by_reader else "",
            "here": request.get_full_path(),
            "is_few": directory.total < PER_PAGE,
        }
        return render_part(request, "experts/search.html", "experts/_directory.html", context)

    @cached_property
    def form(self) -> SearchForm:
        """What is asked."""
        return SearchForm(self.request.GET)

    @cached_property
    def directory(self) -> Directory:
        """The answer."""
        after = self.request.GET.get("after", "")
        filters = self.form.filters(zone=zone_of(self.request))
        return Directory(filters, on=self.on, after=after)

    @cached_property
    def page(self) -> Page:
        """Who is listed."""
        return self._find()

    def _find(self) -> Page:
        return self.directory.page(PER_PAGE)

    @cached_property
    def versions(self) -> Mapping[int, str]:
        """The version of the card of each who is listed."""
        return versions.CARD.versions(self.page.experts)

    def cards(self, *, saved: Sequence[int], may_save: bool) -> list[SafeString]:
        """Return the experts as the list shows them, made anew where they have changed."""
        look = self.directory.look
        named = {
            key: kept.name("experts/_row.html", version, look, may_save, key in saved)
            for key in self.page.experts
            if (version := self.versions.get(key))
        }
        common: dict[str, Any] = {"saved": saved, "may_save": may_save, "can_compare": True}

        def made(missing: Sequence[int]) -> Mapping[int, str]:
            rows = self.directory.rows(missing)
            return {
                row.expert.pk: render_to_string("experts/_row.html", {"row": row, **common})
                for row in rows
            }

        return list(kept.parts(named, made).values())
