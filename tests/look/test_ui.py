"""Figures, dates and names as readers see them, and the boxes templates are built of."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template
from django.utils import timezone, translation

from marketplace.kit.money import Money
from marketplace.templatetags import ui

MINUS = "\N{MINUS SIGN}"
# The last minute before London leaves summer time: the same hour comes twice.
SUMMER, WINTER = datetime(2026, 7, 1, 16, tzinfo=UTC), datetime(2026, 3, 17, 17, tzinfo=UTC)


def render(source: str, **context) -> str:
    return Template(source).render(Context(context))


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [
        (300_000, "usd", "$3,000.00"),
        (5, "usd", "$0.05"),
        (0, "usd", "$0.00"),
        (-360_000, "usd", f"{MINUS}$3,600.00"),
        (1_500, "jpy", "¥1,500"),
        (99_999_999_99, "eur", "€99,999,999.99"),
    ],
)
def test_money_is_written_with_its_sign_and_all_its_decimals(minor, currency, text):
    assert ui.money(Money(minor, currency)) == text


def test_money_is_written_in_the_readers_language():
    with translation.override("de"):
        assert ui.money(Money(123_456, "eur")) in {"€1.234,56", "1.234,56\u00a0€"}


def test_a_short_amount_drops_decimals_only_when_they_say_nothing():
    assert ui.money_short(Money(14_500, "usd")) == "$145"
    assert ui.money_short(Money(14_550, "usd")) == "$145.50"


def test_a_bare_amount_leaves_the_currency_to_the_column():
    assert ui.bare(Money(-360_000, "usd")) == f"{MINUS}3,600.00"


@pytest.mark.parametrize(
    ("bps", "text"), [(500, "5%"), (1250, "12.5%"), (0, "0%"), (10_000, "100%")]
)
def test_basis_points_are_written_as_per_cent(bps, text):
    assert ui.percent(bps) == text


def test_a_moment_is_shown_in_the_readers_zone_with_its_name():
    with timezone.override(ZoneInfo("Europe/London")):
        assert ">1 Jul 2026, 17:00 BST<" in ui.when(SUMMER)
        assert ">17 Mar 2026, 17:00 GMT<" in ui.when(WINTER)
    with timezone.override(ZoneInfo("America/Sao_Paulo")):
        assert ">17 Mar 2026, 14:00 UTC-03<" in ui.when(WINTER)


def test_a_moment_keeps_its_machine_readable_form():
    with timezone.override(UTC):
        assert 'datetime="2026-03-17T17:00:00+00:00"' in ui.when(WINTER)


def test_a_deadline_names_the_weekday():
    with timezone.override(UTC):
        assert ">Tue 17 Mar 2026, 17:00 UTC<" in ui.deadline(WINTER)


def test_a_day_is_the_readers_day():
    late = datetime(2026, 3, 17, 23, 30, tzinfo=UTC)
    with timezone.override(ZoneInfo("Asia/Tokyo")):
        assert ">18 Mar 2026<" in ui.day(late)
    assert ">18 Mar 2026<" in ui.day(date(2026, 3, 18))


@pytest.mark.parametrize("write", [ui.money, ui.money_short, ui.when, ui.deadline, ui.day, ui.ago])
def test_nothing_is_written_as_nothing(write):
    assert write(None) == ""


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Amara Okonkwo", "AO"),
        ("Ada", "A"),
        ("Mei-Lin van der Berg", "MB"),
        ("", ""),
        ("ßen", "SS"),
    ],
)
def test_initials_stand_for_a_person(name, letters):
    assert ui.initials(name) == letters


def test_a_name_always_has_the_same_colour():
    assert ui.hue("Amara Okonkwo") == ui.hue("Amara Okonkwo")
    assert {ui.hue(str(number)) for number in range(400)} == {f"h{hue}" for hue in range(12)}


def test_an_icon_without_a_label_is_decoration():
    assert 'aria-hidden="true"' in ui.icon("bell")
    assert 'role="img" aria-label="3 &lt;new&gt;"' in ui.icon("bell", label="3 <new>")


def test_an_unknown_status_is_neutral():
    assert ui.look("nobody-knows") == ""
    assert ui.look("disputed") == "bad"


def test_the_escrow_bar_shares_the_whole_among_what_there_is():
    bar = render(
        "{% escrow_bar released=a held=b unfunded=c %}",
        a=Money(3_600_00, "usd"),
        b=Money(4_200_00, "usd"),
        c=Money(0, "usd"),
    )
    assert 'width="46.15%"' in bar
    assert 'width="53.85%"' in bar
    assert bar.count("<svg") == 2
    assert "$3,600.00 released" in bar
    assert "of $7,800.00" in bar


def test_a_bar_of_nothing_is_empty():
    nothing = Money(0, "usd")
    bar = render("{% escrow_bar released=a held=a unfunded=a %}", a=nothing)
    assert "<svg" not in bar


def test_a_histogram_marks_the_chosen_range():
    drawn = render("{% histogram counts 1 2 %}", counts=[1, 2, 4, 0])
    assert drawn.count('class="on"') == 2
    assert 'height="25%"' in drawn
    assert 'height="100%"' in drawn


def test_figures_for_svg_are_never_written_in_the_readers_language():
    with translation.override("de"):
        assert ui.share_of(1, 3) == "33.33"


def test_a_box_escapes_what_it_is_given_and_keeps_its_body():
    box = render("{% card title=title %}<p>body</p>{% endcard %}", title="<script>")
    assert "&lt;script&gt;" in box
    assert "<p>body</p>" in box


def test_the_next_move_carries_its_button():
    call = render('{% call url="/go/" action="Review" %}<p>Now</p>{% endcall %}')
    assert '<a class="btn primary" href="/go/">Review</a>' in call


def test_a_label_within_a_sentence_keeps_its_nouns():
    assert ui.within("Im Betrieb verantwortet") == "im Betrieb verantwortet"
    assert ui.within("") == ""
