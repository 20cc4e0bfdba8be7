"""The component vocabulary of our templates: figures, dates, icons, fields, and boxes with a body.

A leaf that only shows its arguments is an include (`templates/components/`); what computes a figure
or has a body is here.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zlib import crc32

from babel.dates import format_timedelta
from babel.numbers import format_decimal
from django import forms, template
from django.forms import BaseForm, BoundField
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from marketplace.kit import charts, words
from marketplace.kit.forms import ChoiceCards, Scores, SiteForm
from marketplace.kit.money import Money, minor_digits, total_of
from marketplace.kit.places import country_name

register = template.Library()

# How JSON inside a page is kept from ending its element, as Django's json_script does.
HARMLESS = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}
HUES = 12  # classes h0 to h11 in app.css

# What a status looks like, whichever machine it belongs to (ux.md, "State vocabulary"). The word is
# always there, so the colour only repeats it. A status without a look is neutral: it is over.
LOOKS: Mapping[str, Sequence[str]] = {
    "draft": ("draft", "planned", "proposed", "unfunded", "pending_funding", "scheduled"),
    "held": (
        *("open", "sent", "submitted", "viewed", "shortlisted", "offered", "active", "in_review"),
        *("reviewing", "assigned", "funding", "funded", "held", "processing", "pending", "queued"),
        *("booked", "paying", "decided", "sending", "answered", "settling", "deciding", "appealed"),
        *("decided", "sending", "under_review", "taking", "in_transit"),
    ),
    "ok": (
        *("released", "approved", "granted", "verified", "hired", "accepted", "paid", "current"),
        *("succeeded", "published", "completed", "filled", "given", "won", "returned", "resolved"),
    ),
    "warn": (
        *("changes_asked", "changes_requested", "needs_changes", "ageing", "aging", "paused"),
        *("expiring", "blocked", "deprecated", "inquiry", "needs_response", "short", "queried"),
    ),
    "bad": (
        *("disputed", "rejected", "failed", "overdue", "revoked", "suspended", "removed"),
        *("mismatch", "frozen", "dead", "shutdown", "lost", "taken_back"),
    ),
}
LOOK_OF = {status: look for look, statuses in LOOKS.items() for status in statuses}


# --- Figures and dates, as the reader writes them


@register.filter
def money(amount: Money | None) -> str:
    """Write an amount with its sign and all its decimals: $3,000.00."""
    return "" if amount is None else words.money_text(amount)


@register.filter
def hours(minutes: int) -> str:
    """Write a stretch of time: 90 minutes are 1.5 h."""
    return words.hours_text(minutes)


@register.filter
def money_short(amount: Money | None) -> str:
    """Write an amount for ranges and rates, without decimals that say nothing: $3,000."""
    if amount is None:
        return ""
    digits = minor_digits(amount.currency)
    return words.written(amount, digits if amount.minor % 10**digits else 0)


@register.filter
def bare(amount: Money) -> str:
    """Write an amount for a table column whose head names the currency, with a true minus sign."""
    digits = minor_digits(amount.currency)
    value = Decimal(amount.minor).scaleb(-digits)
    pattern = f"#,##0{'.' + '0' * digits if digits else ''}"
    text = format_decimal(value, pattern, locale=words.reader_locale())
    return text.replace("-", "\N{MINUS SIGN}")


@register.filter
def of_currency(minor: int, currency: str) -> Money:
    """Make an amount of whole minor units: {{ 420000|of_currency:"usd"|money }}."""
    return Money(minor, currency)


@register.filter
def percent(basis_points: int) -> str:
    """Write basis points as per cent: 500 is 5%, 1250 is 12.5%."""
    return words.percent_text(basis_points)


@register.filter
def country(code: str) -> str:
    """Write a country's name in the reader's language."""
    return country_name(code)


def time_element(moment: date, text: str) -> SafeString:
    return format_html('<time datetime="{}">{}</time>', moment.isoformat(), text)


@register.filter
def when(moment: datetime | None) -> str:
    """Write a moment in the reader's zone: 17 Mar 2026, 17:00 GMT."""
    if moment is None:
        return ""
    return time_element(words.in_reader_zone(moment), words.moment_text(moment))


@register.filter
def deadline(moment: datetime | None) -> str:
    """Write a moment somebody has to meet, with its weekday: Tue 17 Mar 2026, 17:00 GMT."""
    if moment is None:
        return ""
    return time_element(words.in_reader_zone(moment), words.deadline_text(moment))


@register.filter
def day(moment: date | None) -> str:
    """Write a day: 17 Mar 2026. A moment is read in the reader's zone first."""
    if moment is None:
        return ""
    local = words.in_reader_zone(moment).date() if isinstance(moment, datetime) else moment
    return time_element(local, words.day_text(moment))


@register.filter
def month(first_day: date) -> SafeString:
    """Write a month: January 2030."""
    text = words.month_and_year_text(first_day)
    return format_html('<time datetime="{}">{}</time>', f"{first_day:%Y-%m}", text)


@register.filter
def ago(moment: datetime | None) -> str:
    """Write how far off a moment is, as an addition to its date: 3 days ago, in 4 days."""
    if moment is None:
        return ""
    distance = moment - timezone.now()  # noqa: TID251 (a template is a face)
    minutes = distance.total_seconds() / 60
    # Whole minutes, but for the first: those are asked for again and again.
    rounded = round(minutes) if abs(minutes) > 1 else minutes
    return _distance(rounded, str(words.reader_locale()))


@lru_cache(maxsize=4096)
def _distance(minutes: float, locale: str) -> str:
    return str(format_timedelta(timedelta(minutes=minutes), add_direction=True, locale=locale))


@register.filter
def lasting(stretch: timedelta) -> str:
    """Write how long something takes, in its largest unit: 3 hours, 2 days."""
    return str(format_timedelta(stretch, locale=words.reader_locale()))


@register.filter
def data(facts: Mapping[str, Any]) -> SafeString:
    """Write facts for a script element that is data: nothing in it ends the element, or runs."""
    return mark_safe(json.dumps(facts, ensure_ascii=False).translate(HARMLESS))  # noqa: S308


# --- Small drawings


@register.simple_tag
def icon(name: str, label: str = "", css: str = "") -> SafeString:
    """Draw a symbol of static/icons.svg; without a label it is decoration."""
    spoken = format_html('role="img" aria-label="{}"', label) if label else 'aria-hidden="true"'
    return format_html(
        '<svg class="i {}" {}><use href="{}#{}"/></svg>',
        css,
        mark_safe(spoken),  # noqa: S308 (either escaped above or constant)
        static("icons.svg"),
        name,
    )


@register.filter
def initials(name: str) -> str:
    """Return the two letters that stand for a person until there is a photo."""
    words = str(name).split()
    return "".join(
        word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)
    ).upper()


@register.filter
def hue(name: str) -> str:
    """Return the colour class that always goes with this name."""
    return f"h{crc32(str(name).encode()) % HUES}"


@register.filter
def level_bars(level: int) -> list[bool]:
    """Return three bars, filled up to the level."""
    return [step <= int(level) for step in (1, 2, 3)]


@register.filter
def level_words(level: int) -> str:
    """Say what a badge level means."""
    return {1: _("Built it"), 2: _("Shipped it"), 3: _("Led it in production")}.get(int(level), "")


@register.filter
def within(label: str) -> str:
    """Write a label within a sentence: its first letter small, later nouns as they are."""
    return label[:1].lower() + label[1:]


@register.filter
def look(status: str) -> str:
    """Return the look of a status; one nobody has given a look is neutral."""
    return LOOK_OF.get(str(status), "")


@register.filter
def message_look(level_tag: str) -> str:
    """Return the look of a toast for Django's message levels."""
    return {"error": "bad", "warning": "warn"}.get(level_tag, "")


@register.inclusion_tag("components/pill.html")
def status(row: Any) -> dict[str, Any]:
    """Show where a row stands, in its own words."""
    return {"look": look(row.status), "text": row.get_status_display()}


# --- Figures drawn from data: every size is an SVG attribute, because the CSP refuses styles


def share_of(part: int, whole: int) -> str:
    """Return a percentage for an SVG attribute; never in the reader's language."""
    return f"{100 * part / whole:.2f}" if whole else "0"


@register.inclusion_tag("components/escrow_bar.html")
def escrow_bar(
    *, released: Money, held: Money, unfunded: Money, refunded: Money | None = None
) -> dict[str, Any]:
    """Show how much of a contract is paid, held, still to fund and given back."""
    refunded = refunded or Money(0, released.currency)
    total = released + held + unfunded + refunded
    parts = [
        ("k-paid", _("Released"), released),
        ("k-held", _("Held"), held),
        ("k-next", _("Not funded yet"), unfunded),
        ("k-back", _("Refunded"), refunded),
    ]
    drawn = [
        {"css": css, "label": label, "amount": amount, "width": share_of(amount.minor, total.minor)}
        for css, label, amount in parts
        if amount
    ]
    return {"parts": drawn, "total": total}


@register.inclusion_tag("components/rubric.html")
def rubric(scores: Iterable[tuple[str, float]], out_of: int = 5, unit: str = "") -> dict[str, Any]:
    """Show scores as bars with their numbers: pairs of a criterion and its mark, or its unit."""
    return {
        "out_of": out_of,
        "unit": unit,
        "rows": [
            {"name": name, "score": score, "width": f"{100 * float(score) / out_of:.0f}"}
            for name, score in scores
        ],
    }


@register.inclusion_tag("components/histogram.html")
def histogram(counts: Sequence[int], first: int = 0, last: int = -1) -> dict[str, Any]:
    """Show how often each step occurs; the chosen range, `first` to `last`, stands out."""
    highest = max(counts, default=0) or 1
    return {
        "bars": [
            {"height": f"{100 * count / highest:.0f}", "on": first <= step <= last}
            for step, count in enumerate(counts)
        ]
    }


@register.inclusion_tag("components/chart.html")
def chart(
    months: Sequence[tuple[str, Money, Money]], *, caption: str, solid: str, hatched: str
) -> dict[str, Any]:
    """Show two amounts month by month, the second on top of the first: as bars and as a table."""
    currency = months[0][1].currency if months else ""
    end = charts.end_of_scale(months, currency)
    return {
        "caption": caption,
        "solid": solid,
        "hatched": hatched,
        "currency": currency.upper(),
        "end": end,
        "columns": charts.columns(months, end),
        "solid_total": total_of((amount for _name, amount, _more in months), currency),
        "hatched_total": total_of((more for _name, _amount, more in months), currency),
    }


@register.inclusion_tag("components/share_chart.html")
def share_chart(share: Any) -> dict[str, Any]:
    """Show a share month by month, as bars and as a table, with its definition."""
    rows = [(month.name, month.percent) for month in share.months]
    return {"share": share, "bars": charts.bars(rows)}


@register.inclusion_tag("contracts/_hiring.html")
def hiring_chart(hiring: Any) -> dict[str, Any]:
    """Show how long hires took month by month, as bars and as a table."""
    return {"hiring": hiring, "bars": charts.bars(hiring.shares)}


@register.inclusion_tag("components/day_strip.html")
def day_strip(*, working: Iterable[int], shared: Iterable[int], label: str) -> dict[str, Any]:
    """Show a day of 24 hours: the hours somebody works, and those both sides share."""
    works, shares = set(working), set(shared)
    hours = ["x" if hour in shares else "w" if hour in works else "" for hour in range(24)]
    return {"hours": hours, "label": label}


# --- Forms

INPUT_KINDS: Sequence[tuple[type[forms.Widget], str]] = (
    # the first that fits wins, so children stand before their parents
    (ChoiceCards, "picks"),
    (Scores, "score"),
    (forms.CheckboxSelectMultiple, "checks"),
    (forms.RadioSelect, "radios"),
    (forms.CheckboxInput, "check"),
)


@register.filter
def kind(field: BoundField) -> str:
    """Return which markup a field takes."""
    widget = field.field.widget
    return next(
        (name for widget_class, name in INPUT_KINDS if isinstance(widget, widget_class)), "input"
    )


@register.filter
def control(field: BoundField) -> SafeString:
    """Render a field's widget with our class; works for forms that are not ours (allauth's)."""
    if kind(field) == "check":
        return field.as_widget()
    given = field.field.widget.attrs
    attrs: dict[str, Any] = {"class": f"input {given.get('class', '')}".strip()}
    if not isinstance(field.form, SiteForm):
        attrs["placeholder"] = False  # allauth repeats the label there
    return field.as_widget(attrs=attrs)


@register.filter
def focus_id(field: BoundField) -> str:
    """Return the id an error link leads to: the control, or the first one of a group."""
    return field.id_for_label or f"{field.auto_id}_0"


@register.simple_tag
def field(bound: BoundField, *, prefix: str = "", suffix: str = "", css: str = "") -> str:
    """Render a whole field: label, help, error, control; ids wired for assistive technology."""
    context = {"field": bound, "prefix": prefix, "suffix": suffix, "css": css}
    return render_to_string("forms/field.html", context)


@register.inclusion_tag("forms/error_summary.html")
def errors(*bound_forms: BaseForm | Any) -> dict[str, Any]:
    """Show what is wrong in one place on top, each line a link to its field."""
    shown = [form for form in bound_forms if form is not None and form.is_bound]
    general = [error for form in shown for error in form.non_field_errors()]
    hidden = [error for form in shown for field in form.hidden_fields() for error in field.errors]
    fields = [field for form in shown for field in form.visible_fields() if field.errors]
    return {
        "general": general + hidden,
        "fields": fields,
        "count": len(general + hidden) + len(fields),
    }


# --- Boxes with a body


@register.simple_block_tag
def card(content: str, title: str = "", level: int = 2, css: str = "") -> str:
    """Frame a self-contained piece of a page."""
    context = {"content": content, "title": title, "level": level, "css": css}
    return render_to_string("components/card.html", context)


@register.simple_block_tag
def call(content: str, *, url: str = "", action: str = "") -> str:
    """Say what the reader has to do next: the one full lime block of a page."""
    context = {"content": content, "url": url, "action": action}
    return render_to_string("components/call.html", context)


@register.simple_block_tag
def note(content: str, look: str = "", symbol: str = "info") -> str:
    """Set a remark apart; `look` is ok, warn, bad, held or nothing."""
    return render_to_string(
        "components/note.html", {"content": content, "look": look, "symbol": symbol}
    )


@register.simple_block_tag
def group(content: str, legend: str, help: str = "") -> str:
    """Put controls that belong together into a fieldset."""
    context = {"content": content, "legend": legend, "help": help}
    return render_to_string("components/group.html", context)


@register.simple_block_tag
def disclosure(
    content: str, title: str, *, meta: str = "", level: int = 3, is_open: bool = False
) -> str:
    """Fold away what not everybody needs."""
    context = {"content": content, "title": title, "meta": meta, "level": level, "is_open": is_open}
    return render_to_string("components/disclosure.html", context)


@register.simple_block_tag
def scroll(content: str, label: str) -> str:
    """Let a wide table scroll in its own region, reachable by keyboard and named."""
    return render_to_string("components/scroll.html", {"content": content, "label": label})
