"""Connected accounts in the shape of v2: what is not asked for with `include` stays null."""

from marketplace.local.fakestripe import accounts, currency, events, listing
from marketplace.local.fakestripe.accounts import Standing
from marketplace.local.fakestripe.calls import Call
from marketplace.local.fakestripe.errors import WrongValue
from marketplace.local.fakestripe.store import Obj
from marketplace.local.fakestripe.world import World

# Codes of https://docs.stripe.com/api/v2/core/accounts/object under configuration.recipient.
STATUS_DETAILS = {
    Standing.PENDING: [{"code": "requirements_past_due", "resolution": "provide_info"}],
    Standing.RESTRICTED: [{"code": "requirements_past_due", "resolution": "provide_info"}],
    Standing.REJECTED: [{"code": "rejected_other", "resolution": "contact_stripe"}],
    Standing.ACTIVE: [],
}


def shown(record: Obj, include: list[str] | None = None) -> Obj:
    """Return a record as the v2 API serves it."""
    parts = {
        "configuration.recipient": _configuration,
        "defaults": _defaults,
        "identity": _identity,
        "requirements": _requirements,
    }
    asked = {name.partition(".")[0]: parts[name](record) for name in include or [] if name in parts}
    return {
        "id": record["id"],
        "object": "v2.core.account",
        "applied_configurations": ["recipient"],
        "closed": record["_closed"],
        "configuration": None,
        "contact_email": record["email"],
        "contact_phone": None,
        "created": listing.timestamp(record["created"]),
        "dashboard": record["controller"]["stripe_dashboard"]["type"],
        "defaults": None,
        "display_name": record["_name"],
        "future_requirements": None,
        "identity": None,
        "livemode": False,
        "metadata": record["metadata"],
        "requirements": None,
        **asked,
    }


def _configuration(record: Obj) -> Obj:
    standing = Standing(record["_standing"])
    status = {"status": standing.value, "status_details": STATUS_DETAILS[standing]}
    return {
        "customer": None,
        "merchant": None,
        "recipient": {
            "applied": not record["_closed"],
            "capabilities": {
                "bank_accounts": None,
                "cards": None,
                "stripe_balance": {"payouts": status, "stripe_transfers": status},
            },
        },
    }


def _defaults(record: Obj) -> Obj:
    controller = record["controller"]
    return {
        "currency": record["default_currency"],
        "locales": None,
        "profile": None,
        "responsibilities": {
            "fees_collector": controller["fees"]["payer"],
            "losses_collector": controller["losses"]["payments"],
            "requirements_collector": controller["requirement_collection"],
        },
    }


def _identity(record: Obj) -> Obj:
    return {
        "attestations": None,
        "business_details": None,
        "country": record["country"].lower(),
        "entity_type": "individual",
        "individual": _individual(record) if record["_legal_name"] else None,
    }


def _individual(record: Obj) -> Obj:
    given, _, surname = record["_legal_name"].partition(" ")
    year, month, day = map(int, record["_born"].split("-"))
    return {
        "account": record["id"],
        "created": listing.timestamp(record["created"]),
        "date_of_birth": {"day": day, "month": month, "year": year},
        "email": record["email"],
        "given_name": given,
        "id": record["id"].replace("acct_", "person_"),
        "metadata": {},
        "object": "v2.core.account_person",
        "surname": surname or None,
        "updated": listing.timestamp(record["created"]),
    }


def _requirements(record: Obj) -> Obj:
    entries = [_entry(name) for name in accounts.due(record)]
    deadline = {"minimum_deadline": {"status": "past_due", "time": None}} if entries else None
    return {"entries": entries, "summary": deadline}


def _entry(name: str) -> Obj:
    capability = {
        "capability": "stripe_balance.stripe_transfers",
        "configuration": "recipient",
        "deadline": {"status": "past_due"},
    }
    return {
        "awaiting_action_from": "user",
        "description": name,
        "errors": [],
        "impact": {"restricts_capabilities": [capability]},
        "minimum_deadline": {"status": "past_due"},
        "reference": None,
        "requested_reasons": [{"code": "routine_onboarding"}],
    }


# --- Operations


def create(call: Call) -> Obj:
    """POST /v2/core/accounts"""
    defaults, identity = call.get("defaults", {}), call.get("identity", {})
    if call.get("configuration", {}).keys() != {"recipient"}:
        raise WrongValue(
            "configuration", "The stand-in opens accounts with the recipient configuration only."
        )
    record = accounts.open_account(
        call.world,
        country=identity.get("country", "us").upper(),
        code=currency.known(defaults.get("currency", "usd"), param="defaults[currency]"),
        email=call.get("contact_email"),
        name=call.get("display_name"),
        metadata=call.metadata(),
    )
    _take_terms(record, call)
    call.world.save(record)
    events.emit_thin(call.world, "v2.core.account.created", about=record)
    return shown(record, call.get("include"))


def retrieve(call: Call, account_id: str) -> Obj:
    """GET /v2/core/accounts/{id}"""
    return shown(_record(call.world, account_id), call.get("include"))


def list_all(call: Call) -> Obj:
    """GET /v2/core/accounts"""
    return listing.page_v2(call, accounts.ACCOUNT, url="/v2/core/accounts", shown=shown)


def update(call: Call, account_id: str) -> Obj:
    """POST /v2/core/accounts/{id}"""
    record = _record(call.world, account_id)
    record["email"] = call.get("contact_email", record["email"])
    record["_name"] = call.get("display_name", record["_name"])
    record["country"] = call.get("identity", {}).get("country", record["country"]).upper()
    record["metadata"] = call.metadata(record["metadata"])
    _take_terms(record, call)
    call.world.save(record)
    events.emit_thin(call.world, "v2.core.account.updated", about=record)
    return shown(record, call.get("include"))


def close(call: Call, account_id: str) -> Obj:
    """POST /v2/core/accounts/{id}/close"""
    record = _record(call.world, account_id)
    if record["_closed"]:
        raise WrongValue("id", "This account is already closed.", code="account_already_closed")
    return shown(accounts.close_account(call.world, record))


def _take_terms(record: Obj, call: Call) -> None:
    controller = record["controller"]
    responsibilities = call.get("defaults", {}).get("responsibilities", {})
    controller["fees"]["payer"] = responsibilities.get(
        "fees_collector", controller["fees"]["payer"]
    )
    controller["losses"]["payments"] = responsibilities.get(
        "losses_collector", controller["losses"]["payments"]
    )
    controller["stripe_dashboard"]["type"] = call.get(
        "dashboard", controller["stripe_dashboard"]["type"]
    )


def _record(world: World, account_id: str) -> Obj:
    return accounts.connected(world, account_id, param="id")
