"""The page on which an expert tells Stripe who they are and where to be paid."""

import re
from datetime import UTC, date, datetime

from marketplace.local.fakestripe import account_links, accounts, html
from marketplace.local.fakestripe.accounts import Standing
from marketplace.local.fakestripe.html import Markup, tag
from marketplace.local.fakestripe.store import Obj
from marketplace.local.fakestripe.visit import Visit
from marketplace.local.fakestripe.wire import Answer

COUNTRIES = {
    "AT": "Austria",
    "AU": "Australia",
    "BR": "Brazil",
    "CA": "Canada",
    "DE": "Germany",
    "ES": "Spain",
    "FR": "France",
    "GB": "United Kingdom",
    "IE": "Ireland",
    "IN": "India",
    "IT": "Italy",
    "JP": "Japan",
    "NG": "Nigeria",
    "NL": "Netherlands",
    "PL": "Poland",
    "SE": "Sweden",
    "SG": "Singapore",
    "US": "United States",
}
YOUNGEST = 13
# https://docs.stripe.com/connect/testing#account-numbers: accepted by test payouts.
TEST_BANK_ACCOUNT = "000123456789"


def show(visit: Visit, account_id: str) -> Answer:
    """Show the questions; a used or stale link leads back to the platform for a new one."""
    record = accounts.connected(visit.world, account_id, param="id")
    link = _link(visit, account_id)
    if link is None:
        return _needs_link(visit)
    if not account_links.usable(visit.world, link):
        return html.redirect(link["_refresh_url"])
    return _questions(visit, record, link, filled=_known(record), errors={})


def submit(visit: Visit, account_id: str) -> Answer:
    """Keep the answers and decide, or let the person finish later."""
    record = accounts.connected(visit.world, account_id, param="id")
    link = _link(visit, account_id)
    if link is None:
        return _needs_link(visit)
    if link["_used"]:
        return html.redirect(link["_refresh_url"])
    if visit.choice != "later":
        errors = _errors(visit.fields)
        if errors:
            return _questions(visit, record, link, filled=visit.fields, errors=errors)
        _decide(visit, record)
    account_links.finish(visit.world, link)
    return html.redirect(link["_return_url"])


def _decide(visit: Visit, record: Obj) -> None:
    accounts.tell_about_person(
        visit.world,
        record,
        legal_name=visit.fields["legal_name"].strip(),
        country=visit.fields["country"],
        born=visit.fields["born"],
        bank_last4=visit.fields["bank_account"][-4:],
    )
    verified = visit.choice == "submit"
    accounts.bring_to(visit.world, record, Standing.ACTIVE if verified else Standing.RESTRICTED)


def _link(visit: Visit, account_id: str) -> Obj | None:
    link = visit.world.any_by_id(visit.fields.get("link", ""))
    return link if link and link.get("_account") == account_id else None


def _known(record: Obj) -> dict[str, str]:
    return {
        "legal_name": record["_legal_name"] or record["_name"] or "",
        "country": record["country"],
        "born": record["_born"] or "1990-01-01",
        "bank_account": TEST_BANK_ACCOUNT,
    }


def _errors(fields: dict[str, str]) -> dict[str, str]:
    """Return what is wrong with the answers, by field."""
    wrong = {}
    if not fields.get("legal_name", "").strip():
        wrong["legal_name"] = "Enter your name as it is on your passport."
    if fields.get("country") not in COUNTRIES:
        wrong["country"] = "Choose the country you live in."
    if not re.fullmatch(r"[0-9]{4,17}", fields.get("bank_account", "")):
        wrong["bank_account"] = "Enter an account number of 4 to 17 digits."
    try:
        born = date.fromisoformat(fields.get("born", ""))
    except ValueError:
        wrong["born"] = "Enter a date like 1990-01-31."
    else:
        age = (datetime.now(UTC).date() - born).days / 365.25
        if not YOUNGEST <= age < 120:  # noqa: PLR2004 - nobody is older
            wrong["born"] = f"You must be at least {YOUNGEST} years old."
    return wrong


def _questions(
    visit: Visit, record: Obj, link: Obj, *, filled: dict[str, str], errors: dict[str, str]
) -> Answer:
    title = f"Get paid by {visit.merchant}"
    return html.page(
        f"Error: {title}" if errors else title,
        tag("h1", title),
        _standing(record),
        _summary(errors),
        html.form(
            tag("input", type="hidden", name="link", value=link["id"]),
            html.field(
                "Legal name",
                name="legal_name",
                value=filled.get("legal_name", ""),
                error=errors.get("legal_name"),
                autocomplete="name",
            ),
            html.choice(
                "Country", name="country", options=COUNTRIES, chosen=filled.get("country", "US")
            ),
            html.field(
                "Date of birth",
                name="born",
                type="date",
                value=filled.get("born", ""),
                error=errors.get("born"),
                autocomplete="bday",
            ),
            html.field(
                "Bank account number",
                name="bank_account",
                hint="A test account is filled in. Do not enter your own.",
                value=filled.get("bank_account", ""),
                error=errors.get("bank_account"),
                inputmode="numeric",
                autocomplete="off",
            ),
            html.button("Submit and get verified", value="submit", look="btn primary block"),
            html.button("Submit and fail verification", value="fail", look="btn danger block"),
            html.button("Finish later", value="later", look="btn quiet block"),
            action=f"/onboard/{record['id']}",
        ),
        status=422 if errors else 200,
        leads_to=(link["_return_url"], link["_refresh_url"]),
    )


def _standing(record: Obj) -> Markup:
    told = {
        Standing.PENDING: "Tell us who you are. It takes a minute, and you can finish later.",
        Standing.ACTIVE: "You are verified and can be paid. You may change your details here.",
        Standing.RESTRICTED: "We could not verify you. Check your details and submit them again.",
        Standing.REJECTED: "This account is closed.",
    }
    return tag("p", told[Standing(record["_standing"])], class_="lead")


def _summary(errors: dict[str, str]) -> Markup | None:
    if not errors:
        return None
    items = [tag("li", tag("a", text, href=f"#{name}")) for name, text in errors.items()]
    return tag(
        "div",
        tag("h2", "There is a problem"),
        tag("ul", *items),
        class_="errors stack",
        role="alert",
    )


def _needs_link(visit: Visit) -> Answer:
    return html.page(
        "This link does not work",
        tag("h1", "This link does not work"),
        tag("p", f"Go back to {visit.merchant} and follow the link from your earnings page again."),
        status=404,
    )
