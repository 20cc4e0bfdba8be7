"""The page on which a payer pays a checkout session, and their bank's page for 3-D Secure."""

from marketplace.local.fakestripe import checkout, html, payments
from marketplace.local.fakestripe.checkout import Outcome
from marketplace.local.fakestripe.currency import written
from marketplace.local.fakestripe.html import Markup, tag
from marketplace.local.fakestripe.store import Obj
from marketplace.local.fakestripe.visit import Visit
from marketplace.local.fakestripe.wire import Answer
from marketplace.local.fakestripe.world import World

REASONS = {
    Outcome.DECLINED.value: "Card declined",
    Outcome.NO_FUNDS.value: "Insufficient funds",
    Outcome.EXPIRED_CARD.value: "Expired card",
}


def show(visit: Visit, session_id: str) -> Answer:
    """Show what is paid for and the ways to pay, or what has become of the session."""
    session = visit.world.get(checkout.SESSION, session_id)
    if session["status"] != "open":
        return _closed(session, visit.merchant)
    total = written(session["amount_total"], session["currency"])
    return html.page(
        f"Pay {total} to {visit.merchant}",
        tag("h1", f"Pay {total} to {visit.merchant}"),
        _last_refusal(visit.world, session),
        tag("section", _lines(session), class_="panel", aria_label="What you pay for"),
        tag("section", *_ways(session, total), class_="stack", aria_label="How to pay"),
        leads_to=(session["success_url"], session["cancel_url"]),
    )


def submit(visit: Visit, session_id: str) -> Answer:
    """Do what the payer chose."""
    session = visit.world.get(checkout.SESSION, session_id)
    here = f"/c/pay/{session_id}"
    if session["status"] != "open":
        return html.redirect(here)
    if visit.choice == "prove":
        intent = checkout.attempt(visit.world, session)
        payments.ask_for_proof(visit.world, intent, url=f"{visit.world.base_url}{here}/verify")
        return html.redirect(f"{here}/verify")
    outcome = _chosen(visit, session)
    if outcome is None:
        return html.redirect(here)
    after = checkout.apply(visit.world, session, outcome)
    return html.redirect(checkout.way_back(after) if after["status"] == "complete" else here)


def show_proof(visit: Visit, session_id: str) -> Answer:
    """Show the page of the payer's bank."""
    session = visit.world.get(checkout.SESSION, session_id)
    if session["status"] != "open":
        return html.redirect(f"/c/pay/{session_id}")
    total = written(session["amount_total"], session["currency"])
    return html.page(
        "Confirm with your bank",
        tag("h1", "Confirm with your bank"),
        tag("p", f"{visit.merchant} asks for {total} from the card ending in 4242. Is that you?"),
        html.form(
            html.button(f"Confirm {total}", value="confirm", look="btn primary block"),
            html.button("It is not me", value="refuse"),
            action=f"/c/pay/{session_id}/verify",
        ),
        leads_to=(session["success_url"],),
    )


def submit_proof(visit: Visit, session_id: str) -> Answer:
    """Charge the card, or not, as the payer told the bank."""
    session = visit.world.get(checkout.SESSION, session_id)
    if session["status"] != "open":
        return html.redirect(f"/c/pay/{session_id}")
    confirmed = visit.choice == "confirm"
    after = checkout.apply(
        visit.world, session, Outcome.PROVEN if confirmed else Outcome.PROOF_FAILED
    )
    return html.redirect(checkout.way_back(after) if confirmed else f"/c/pay/{session_id}")


def _chosen(visit: Visit, session: Obj) -> Outcome | None:
    if visit.choice == "decline":
        reason = visit.fields.get("reason", "")
        return Outcome(reason) if reason in REASONS else Outcome.DECLINED
    if visit.choice == "debit" and checkout.takes_bank_debits(session):
        return Outcome.BANK_DEBIT
    return Outcome.PAID if visit.choice == "pay" else None


def _last_refusal(world: World, session: Obj) -> Markup | None:
    intent = world.any_by_id(session["payment_intent"] or "")
    error = intent and intent["last_payment_error"]
    if not error:
        return None
    return tag(
        "div",
        tag("h2", "The payment did not go through"),
        tag("p", f"{error['message']} Nothing was charged. Try again or go back."),
        class_="errors stack",
        role="alert",
    )


def _lines(session: Obj) -> Markup:
    def name(line: Obj) -> str:
        times = f" × {line['quantity']}" if line["quantity"] > 1 else ""  # noqa: RUF001 - the sign for times
        return f"{line['description']}{times}"

    rows = [
        (name(line), written(line["amount_total"], line["currency"]))
        for line in session["_line_items"]
    ]
    total = written(session["amount_total"], session["currency"])
    return html.sums("What you pay for", ("For", "Amount"), rows, total)


def _ways(session: Obj, total: str) -> list[Markup | None]:
    here = f"/c/pay/{session['id']}"
    debit = html.button(f"Pay {total} by bank debit, known in some days", value="debit")
    back = session["cancel_url"]
    return [
        tag("p", "Paying with the test card Visa ending in 4242.", class_="meta"),
        html.form(
            html.button(f"Pay {total}", value="pay", look="btn primary block"),
            html.button(f"Pay {total} with 3-D Secure", value="prove"),
            debit if checkout.takes_bank_debits(session) else None,
            action=here,
        ),
        tag("h2", "Or let it go wrong"),
        html.form(
            html.choice(
                "Why the bank says no", name="reason", options=REASONS, chosen=Outcome.DECLINED
            ),
            html.button("Decline the payment", value="decline", look="btn danger block"),
            action=here,
        ),
        tag("p", tag("a", "Cancel and go back", href=back, class_="btn quiet")) if back else None,
    ]


def _closed(session: Obj, merchant: str) -> Answer:
    if session["status"] == "expired":
        title, told, onward = "This payment page has expired", "Nothing was charged.", "cancel_url"
    elif session["payment_status"] == "paid":
        total = written(session["amount_total"], session["currency"])
        title, told, onward = "This is already paid", f"{merchant} has your {total}.", "success_url"
    else:
        title, onward = "Your bank is working on it", "success_url"
        told = "Whether the debit goes through is known in some days."
    url = checkout.way_back(session) if onward == "success_url" else session["cancel_url"]
    return html.page(
        title,
        tag("h1", title),
        tag("p", told),
        tag("p", tag("a", f"Back to {merchant}", href=url, class_="btn primary")) if url else None,
    )
