"""A question to the directory as links: every filter can be taken off by one."""

from dataclasses import dataclass

from django.conf import settings
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from experts.directory import Directory
from experts.filters import SEVERAL, Filters
from experts.meaning import Taxonomy, Term
from marketplace.kit.money import Money
from marketplace.kit.places import country_name, language_name
from marketplace.templatetags.ui import money_short

# The names of the filters in the address, by their names in `Filters`.
PARAMETERS = {
    "text": "q",
    "skills": "skill",
    "families": "family",
    "domains": "domain",
    "works": "work",
    "languages": "language",
}


@dataclass(frozen=True, slots=True)
class Tag:
    """A filter that is on, in words, and the address without it."""

    text: str
    url: str


class Question:
    """What the reader asked, as words and addresses."""

    def __init__(self, query: QueryDict, directory: Directory) -> None:
        self.query, self.directory = query, directory

    @property
    def base(self) -> str:
        """Return the query string of the first page, ready for `after=…`."""
        text = self._without("after").urlencode()
        return f"{text}&" if text else ""

    @property
    def subject(self) -> SafeString:
        """Return the skills and words asked for, marked, as the page's title names them."""
        filters = self.directory.filters
        names = [self.words("works", slug) for slug in filters.works]
        names += [self.words("skills", slug) for slug in filters.skills]
        names += [filters.text] if filters.text else []
        return format_html_join(_(" and "), "<mark>{}</mark>", [(name,) for name in names])

    @property
    def place(self) -> str:
        """Return the industries and the country asked for, as the title names them."""
        filters = self.directory.filters
        names = [self.words("domains", slug) for slug in filters.domains]
        names += [self.words("country")] if filters.country else []
        return ", ".join(names)

    @cached_property
    def tags(self) -> list[Tag]:
        """Return every filter that is on."""
        return [
            Tag(self.words(name, value), self.address_without(name, value))
            for name, value in self.directory.filters.applied()
            if name != "text"
        ]

    @property
    def wider(self) -> Tag | None:
        """Return the one filter that costs most, as a way out of an empty page."""
        option = self.directory.wider
        if option is None:
            return None
        said = {"count": option.count, "filter": self.words(option.name, option.value)}
        sentence = _("More than %(count)d without “%(filter)s”") if option.is_many else ""
        text = (sentence or _("%(count)d without “%(filter)s”")) % said
        return Tag(text, self.address_without(option.name, option.value))

    @property
    def others_meant(self) -> list[Tag]:
        """Return what else may be meant by words that find nobody, each the same question."""
        return [Tag(_(text), self._asking(text)) for text in self.directory.others_meant]

    def words(self, name: str, value: str = "") -> str:
        """Return one filter as the reader would say it."""
        return words(self.directory.filters, name, value, self.directory.taxonomy)

    def address_without(self, name: str, value: str = "") -> str:
        """Return the address of the same question without one filter, on its first page."""
        parameter = PARAMETERS.get(name, name)
        query = self._without("after")
        kept = [each for each in query.getlist(parameter) if value and each != value]
        query.setlist(parameter, kept)
        return f"?{query.urlencode()}"

    def _asking(self, text: str) -> str:
        query = self._without("after")
        query["q"] = text
        return f"?{query.urlencode()}"

    def _without(self, parameter: str) -> QueryDict:
        query = self.query.copy()
        query.pop(parameter, None)
        return query


def spoken(filters: Filters, taxonomy: Taxonomy) -> list[str]:
    """Return everything a question asks for as the reader would say it."""
    return [words(filters, *each, taxonomy) for each in filters.applied()]


def words(filters: Filters, name: str, value: str, taxonomy: Taxonomy) -> str:
    """Return one filter as the reader would say it; an unknown value stays as it is."""
    if name == "languages":
        return language_name(value)
    if name in SEVERAL:
        terms: list[Term] = getattr(taxonomy, name)
        return next((term.name for term in terms if term.slug == value), value)
    if name == "country":
        return country_name(filters.country)
    if name in {"rate_min", "rate_max"}:
        return _rate(name, getattr(filters, name))
    said = {
        "text": filters.text,
        "level": _("Level %(level)d or higher") % {"level": filters.level},
        "hours": _("%(hours)d hours a week") % {"hours": filters.hours or 0},
        "soon": _("Available this week"),
        "shared": _("%(hours)d working hours shared") % {"hours": filters.shared or 0},
        "rating": _("Rated %(score)s or higher") % {"score": (filters.rating or 0) / 100},
    }
    return said[name]


def _rate(name: str, minor: int) -> str:
    rate = money_short(Money(minor, settings.CURRENCY))
    sentence = _("From %(rate)s/h") if name == "rate_min" else _("Up to %(rate)s/h")
    return sentence % {"rate": rate}
