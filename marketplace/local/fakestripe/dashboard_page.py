"""The page on which an expert sees what Stripe holds for them."""

from marketplace.local.fakestripe import accounts, balance, html
from marketplace.local.fakestripe.currency import written
from marketplace.local.fakestripe.html import Markup, tag
from marketplace.local.fakestripe.store import Obj
from marketplace.local.fakestripe.visit import Visit
from marketplace.local.fakestripe.wire import Answer
from marketplace.local.fakestripe.world import World

NEWEST = 20
NAMES = {
    "payment": "Payment received",
    "payment_refund": "Payment taken back",
    "payout": "Paid out to your bank",
    "payout_failure": "Returned by your bank",
    "payout_cancel": "Payout cancelled",
}


def show(visit: Visit, account_id: str) -> Answer:
    """Show the balance and the newest movements."""
    record = accounts.connected(visit.world, account_id, param="id")
    theirs = visit.world.seen_by(account_id)
    entries = theirs.find(balance.TRANSACTION)[-NEWEST:][::-1]
    name = record["_legal_name"] or record["_name"] or account_id
    return html.page(
        "Your balance",
        tag("h1", "Your balance"),
        tag("p", f"{name}, paid by {visit.merchant}."),
        _figures(theirs, record),
        _movements(entries) if entries else tag("p", "Nothing has come in yet.", class_="empty"),
    )


def _figures(theirs: World, record: Obj) -> Markup:
    code = record["default_currency"]
    ready = balance.available(theirs, code)
    on_its_way = balance.total(theirs, code) - ready

    def figure(name: str, amount: int) -> Markup:
        return tag("div", tag("dt", name), tag("dd", written(amount, code)))

    return tag("dl", figure("Available", ready), figure("On its way", on_its_way), class_="facts")


def _movements(entries: list[Obj]) -> Markup:
    rows = [
        (NAMES.get(entry["type"], entry["type"]), written(entry["net"], entry["currency"]))
        for entry in entries
    ]
    heading = tag(
        "tr", tag("th", "What", scope="col"), tag("th", "Amount", scope="col", class_="num")
    )
    body = [tag("tr", tag("td", name), tag("td", amount, class_="num")) for name, amount in rows]
    return tag(
        "table",
        tag("caption", tag("h2", "Newest movements")),
        tag("thead", heading),
        tag("tbody", *body),
        class_="table",
    )
