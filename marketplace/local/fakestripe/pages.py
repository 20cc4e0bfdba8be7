"""The pages people see in the place of Stripe's: paying, onboarding, and the expert's dashboard.

They need no JavaScript. The address of a page is its only lock, as at Stripe, so forms are taken
from our own pages only.
"""

import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

from marketplace.local.fakestripe import dashboard_page, html, onboarding_page, payment_page, timers
from marketplace.local.fakestripe.errors import NoSuchObject, Refused
from marketplace.local.fakestripe.store import Store
from marketplace.local.fakestripe.visit import Visit
from marketplace.local.fakestripe.wire import Answer, Request
from marketplace.local.fakestripe.world import World

Page = Callable[[Visit, str], Answer]
ID = "([A-Za-z0-9_]+)"
PAGES: list[tuple[str, re.Pattern[str], Page]] = [
    ("GET", re.compile(f"/c/pay/{ID}"), payment_page.show),
    ("POST", re.compile(f"/c/pay/{ID}"), payment_page.submit),
    ("GET", re.compile(f"/c/pay/{ID}/verify"), payment_page.show_proof),
    ("POST", re.compile(f"/c/pay/{ID}/verify"), payment_page.submit_proof),
    ("GET", re.compile(f"/onboard/{ID}"), onboarding_page.show),
    ("POST", re.compile(f"/onboard/{ID}"), onboarding_page.submit),
    ("GET", re.compile(f"/express/{ID}"), dashboard_page.show),
]


def answer(store: Store, request: Request, *, merchant: str, public_url: str | None) -> Answer:
    """Return the page a browser asks for; `merchant` is the name payers see."""
    for method, pattern, page in PAGES:
        matched = pattern.fullmatch(request.path)
        if matched and method == request.method:
            if method == "POST" and not _from_here(request):
                return _from_elsewhere()
            with store.transaction():
                world = World.opened(store, base_url=public_url or request.origin)
                timers.run_due(world)
                return _shown(page, Visit(world, _fields(request), merchant), matched.group(1))
    return not_found()


def not_found() -> Answer:
    """Return what a wrong address leads to."""
    return html.page(
        "Not found",
        html.tag("h1", "There is no such page"),
        html.tag("p", "The link may be incomplete. Go back and follow it again."),
        status=404,
    )


def _shown(page: Page, visit: Visit, subject: str) -> Answer:
    try:
        with visit.world.store.savepoint():
            return page(visit, subject)
    except NoSuchObject:
        return not_found()
    except Refused as refusal:
        return html.page(
            "Not possible now",
            html.tag("h1", "That is not possible now"),
            html.note(str(refusal), look="bad"),
            status=409,
        )


def _from_elsewhere() -> Answer:
    return html.page(
        "Refused",
        html.tag("h1", "This form came from another site"),
        html.tag("p", "Nothing was changed. Open the page again and use its own buttons."),
        status=403,
    )


def _fields(request: Request) -> dict[str, str]:
    if request.method == "POST":
        return request.fields()
    return {name: values[0] for name, values in parse_qs(request.query).items()}


def _from_here(request: Request) -> bool:
    """Tell whether a form was sent from our own pages; tools that are no browser say nothing."""
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")
