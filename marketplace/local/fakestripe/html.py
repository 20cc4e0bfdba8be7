"""HTML without a template engine: tags that escape what is put into them, and whole pages."""

import html
from urllib.parse import urlsplit

from marketplace.local.fakestripe.wire import Answer

VOID = frozenset({"input", "link", "meta"})
FONT = "/_static/fonts/bricolage-var-latin.woff2"
LABEL = "Stand-in for Stripe, no real money"
FOOTNOTE = (
    "This page runs on your own machine and takes the place of Stripe while you try the "
    "marketplace. No card is charged and nobody is paid."
)


class Markup(str):
    """Text that is HTML already; all other text is escaped when it is put into a tag."""

    __slots__ = ()


Content = Markup | str | None
Attribute = str | bool | None


def tag(name: str, /, *content: Content, **attributes: Attribute) -> Markup:
    """Return one element: `tag("label", "E-mail", for_="email")`."""
    start = f"<{name}{''.join(map(_attribute, attributes, attributes.values()))}>"
    return Markup(start if name in VOID else f"{start}{together(*content)}</{name}>")


def together(*content: Content) -> Markup:
    """Return several pieces as one."""
    return Markup(
        "".join(
            part if isinstance(part, Markup) else html.escape(part, quote=False)
            for part in content
            if part is not None
        )
    )


def form(*content: Content, action: str) -> Markup:
    """Return a form that posts to one of our own pages."""
    return tag("form", *content, method="post", action=action, class_="stack")


def button(label: str, *, value: str, look: str = "btn block") -> Markup:
    """Return a button that says which way to go on."""
    return tag("button", label, name="do", value=value, class_=look)


def field(
    label: str,
    *,
    name: str,
    hint: str | None = None,
    error: str | None = None,
    **attributes: Attribute,
) -> Markup:
    """Return a labelled input with what it is for, and what was wrong with it."""
    told = [f"{name}-{part}" for part, text in (("hint", hint), ("error", error)) if text]
    control = tag(
        "input",
        id=name,
        name=name,
        class_="input",
        aria_describedby=" ".join(told) or None,
        aria_invalid="true" if error else None,
        **attributes,
    )
    return tag(
        "div",
        tag("label", label, for_=name),
        tag("small", hint, id=f"{name}-hint") if hint else None,
        tag("p", error, class_="err", id=f"{name}-error") if error else None,
        control,
        class_="field",
    )


def choice(label: str, *, name: str, options: dict[str, str], chosen: str) -> Markup:
    """Return a labelled list to choose one of."""
    shown = [
        tag("option", text, value=value, selected=value == chosen)
        for value, text in options.items()
    ]
    return tag(
        "div",
        tag("label", label, for_=name),
        tag("select", *shown, id=name, name=name, class_="input"),
        class_="field",
    )


def note(text: str, *, look: str = "held") -> Markup:
    """Return a remark that stands out."""
    return tag("p", text, class_=f"note {look}")


def sums(caption: str, head: tuple[str, str], rows: list[tuple[str, str]], total: str) -> Markup:
    """Return a table of what costs how much, with the total below."""

    def row(cell: str, text: str, amount: str) -> Markup:
        return tag("tr", tag(cell, text), tag(cell, amount, class_="num"))

    heading = tag(
        "tr", tag("th", head[0], scope="col"), tag("th", head[1], scope="col", class_="num")
    )
    return tag(
        "table",
        tag("caption", caption, class_="vh"),
        tag("thead", heading),
        tag("tbody", *(row("td", text, amount) for text, amount in rows)),
        tag("tfoot", row("td", "Total", total)),
        class_="table",
    )


def page(
    title: str, *content: Content, status: int = 200, leads_to: tuple[str | None, ...] = ()
) -> Answer:
    """Return a whole page.

    `leads_to` are the addresses its forms may end at: browsers hold the redirect after a form to
    the same list as the form itself.
    """
    head = together(
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("title", f"{title} · Stand-in for Stripe"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("link", rel="icon", href="/_static/favicon.svg", type="image/svg+xml"),
        tag("link", rel="preload", href=FONT, as_="font", type="font/woff2", crossorigin=True),
        tag("link", rel="stylesheet", href="/_static/css/app.css"),
    )
    main = tag("div", *content, class_="wrap narrow page")
    body = together(
        tag("a", "Skip to content", class_="skip", href="#main"),
        tag("header", _band(tag("p", LABEL, class_="pill warn")), class_="top"),
        tag("main", main, id="main", tabindex="-1"),
        tag("footer", _band(tag("p", FOOTNOTE)), class_="foot"),
    )
    document = tag("html", tag("head", head), tag("body", body), lang="en", dir="ltr")
    return Answer(
        status,
        f"<!doctype html>\n{document}\n".encode(),
        content_type="text/html; charset=utf-8",
        headers={
            "Content-Security-Policy": _policy(leads_to),
            "Cache-Control": "no-store",
            # Forms then tell where they come from, which `pages` checks.
            "Referrer-Policy": "same-origin",
            "X-Content-Type-Options": "nosniff",
        },
    )


def redirect(url: str) -> Answer:
    """Send the browser on with a GET, whatever it came with."""
    headers = {"Location": url, "Cache-Control": "no-store"}
    return Answer(303, b"", content_type="text/plain", headers=headers)


def _band(content: Markup) -> Markup:
    return tag("div", content, class_="wrap narrow")


def _attribute(name: str, value: Attribute) -> str:
    spelled = name.rstrip("_").replace("_", "-")
    if value is None or value is False:
        return ""
    return f" {spelled}" if value is True else f' {spelled}="{html.escape(value)}"'


def _policy(leads_to: tuple[str | None, ...]) -> str:
    parts = [urlsplit(address) for address in leads_to if address]
    origins = sorted({f"{part.scheme}://{part.netloc}" for part in parts})
    return "; ".join(
        [
            "default-src 'none'",
            "style-src 'self'",
            "font-src 'self'",
            "img-src 'self'",
            " ".join(["form-action 'self'", *origins]),
            "base-uri 'none'",
            "frame-ancestors 'none'",
        ]
    )
