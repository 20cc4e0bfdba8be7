"""A question to the directory as links: every filter can be taken off by one."""

from dataclasses import dataclass

from django.conf import settings
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from experts.directory import Directory
from marketplace.kit.money import Money
from marketplace.kit.places import country_name, language_name
from marketplace.templatetags.ui import money_short

# The names of the filters in the address, by their names in `Filters`.
PARAMETERS = {"text": "q", "skills": "skill", "languages": "language"}


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
        """Return the query string without the page, ready for `page=2`."""
        text = self._without("page").urlencode()
        return f"{text}&" if text else ""

    @property
    def subject(self) -> SafeString:
        """Return the skills asked for, marked, as the page's title names them."""
        names = [(self._skill_names.get(slug, slug),) for slug in self.directory.filters.skills]
        return format_html_join(_(" and "), "<mark>{}</mark>", names)

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
        words = self.words(option.name, option.value)
        text = _("%(count)d without “%(filter)s”") % {"count": option.count, "filter": words}
        return Tag(text, self.address_without(option.name, option.value))

    def words(self, name: str, value: str = "") -> str:
        """Return one filter as the reader would say it."""
        filters = self.directory.filters
        if name == "skills":
            return self._skill_names.get(value, value)
        if name == "languages":
            return language_name(value)
        if name == "country":
            return country_name(filters.country)
        if name in {"rate_min", "rate_max"}:
            return self._rate(name)
        said = {
            "text": filters.text,
            "level": _("Level %(level)d or higher") % {"level": filters.level},
            "hours": _("%(hours)d hours a week") % {"hours": filters.hours or 0},
            "soon": _("Available this week"),
        }
        return said[name]

    def address_without(self, name: str, value: str = "") -> str:
        """Return the address of the same question without one filter, on its first page."""
        parameter = PARAMETERS.get(name, name)
        query = self._without("page")
        kept = [each for each in query.getlist(parameter) if value and each != value]
        query.setlist(parameter, kept)
        return f"?{query.urlencode()}"

    @cached_property
    def _skill_names(self) -> dict[str, str]:
        return {choice.value: choice.label for choice in self.directory.skills}

    def _rate(self, name: str) -> str:
        rate = money_short(Money(getattr(self.directory.filters, name), settings.CURRENCY))
        sentence = _("From %(rate)s/h") if name == "rate_min" else _("Up to %(rate)s/h")
        return sentence % {"rate": rate}

    def _without(self, parameter: str) -> QueryDict:
        query = self.query.copy()
        query.pop(parameter, None)
        return query
