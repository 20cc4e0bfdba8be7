"""Connected accounts: one record per person who is paid, whichever of Stripe's APIs speaks of it.

The record is kept in the shape of v1, which charges, transfers and events refer to; `accounts_v2`
shows the same record in the shape of v2. How far a person has come is one `Standing`.
"""

from enum import StrEnum

from marketplace.local.fakestripe import currency, events, listing
from marketplace.local.fakestripe.calls import Call
from marketplace.local.fakestripe.errors import NoSuchAccount, WrongValue
from marketplace.local.fakestripe.store import Obj
from marketplace.local.fakestripe.world import PLATFORM, World, new_id

ACCOUNT = "account"
SERVED = (
    "business_profile",
    "capabilities",
    "controller",
    "country",
    "default_currency",
    "email",
    "metadata",
)
# What a person who is paid has to tell: https://docs.stripe.com/connect/required-verification-information
REQUIRED = (
    "external_account",
    "individual.dob",
    "individual.first_name",
    "individual.last_name",
    "tos_acceptance.date",
)
DOCUMENT = "individual.verification.document"


class Standing(StrEnum):
    """How far the person behind an account has come; only an active account receives transfers."""

    PENDING = "pending"  # has not told everything yet
    ACTIVE = "active"
    RESTRICTED = "restricted"  # could not be verified
    REJECTED = "rejected"  # refused for good


def open_account(
    world: World, *, country: str, code: str, email: str | None, name: str | None, metadata: Obj
) -> Obj:
    """Make a record for somebody who has yet to tell Stripe who they are."""
    record: Obj = {
        "id": new_id("acct"),
        "object": ACCOUNT,
        "business_profile": None,
        "business_type": "individual",
        "capabilities": {},
        "charges_enabled": False,
        "controller": {
            "fees": {"payer": "application"},
            "is_controller": True,
            "losses": {"payments": "application"},
            "requirement_collection": "stripe",
            "stripe_dashboard": {"type": "express"},
            "type": "application",
        },
        "country": country,
        "created": world.now,
        "default_currency": code,
        "details_submitted": False,
        "email": email,
        "external_accounts": None,
        "future_requirements": None,
        "metadata": metadata,
        "payouts_enabled": False,
        "requirements": None,
        "settings": None,
        "tos_acceptance": {"date": None, "ip": None, "user_agent": None},
        "type": "none",
        "_name": name,
        "_legal_name": None,
        "_born": None,
        "_closed": False,
        "_standing": Standing.PENDING.value,
    }
    world.add(_with_standing(record, Standing.PENDING))
    return record


def bring_to(world: World, record: Obj, standing: Standing) -> Obj:
    """Let Stripe come to a decision about an account, and tell everybody who listens."""
    before = Standing(record["_standing"])
    told = record["details_submitted"]
    _with_standing(record, standing)
    record["details_submitted"] = told or standing is not Standing.PENDING
    world.save(record)
    if standing is not before or record["details_submitted"] != told:
        _tell(world, record, capability_changed=standing is not before)
    return record


def tell_about_person(
    world: World, record: Obj, *, legal_name: str, country: str, born: str, bank_last4: str
) -> Obj:
    """Keep what a person wrote on the onboarding pages."""
    record.update(
        _legal_name=legal_name,
        country=country,
        _born=born,
        details_submitted=True,
        external_accounts=listing.inline(
            [_bank_account(record, country, bank_last4)],
            f"/v1/accounts/{record['id']}/external_accounts",
        ),
        tos_acceptance={"date": world.now, "ip": "127.0.0.1", "user_agent": None},
    )
    world.save(record)
    return record


def close_account(world: World, record: Obj) -> Obj:
    """Close an account for good: nothing can be paid to it any more."""
    record["_closed"] = True
    _with_standing(record, Standing.REJECTED)
    world.save(record)
    events.emit_thin(world, "v2.core.account.closed", about=record)
    events.emit(world.seen_by(record["id"]), "account.updated", record)
    return record


def deauthorize(world: World, record: Obj) -> Obj:
    """Let a person end the platform's access to their account; nobody asks after it any more."""
    seen = world.seen_by(record["id"])
    platform = {"id": "ca_stand_in", "object": "application", "name": "The platform"}
    events.emit(seen, "account.application.deauthorized", platform)
    record["_gone"] = True
    world.save(record)
    return record


def all_ids(world: World) -> list[str]:
    """Return the ids of all connected accounts, oldest first."""
    return [one["id"] for one in world.seen_by(PLATFORM).find(ACCOUNT) if not one.get("_gone")]


def can_receive(record: Obj) -> bool:
    """Tell whether transfers may go to an account."""
    return record["_standing"] == Standing.ACTIVE and not record["_closed"]


def connected(world: World, account_id: str, *, param: str = "account") -> Obj:
    """Return the record of an account.

    :raises NoSuchObject: if the platform has none of that id.
    :raises NoSuchAccount: if the person has ended the platform's access.
    """
    record = world.seen_by(PLATFORM).get(ACCOUNT, account_id, param=param)
    if record.get("_gone"):
        raise NoSuchAccount(account_id)
    return record


def due(record: Obj) -> tuple[str, ...]:
    """Return what the person still has to tell."""
    standing = Standing(record["_standing"])
    if standing is Standing.RESTRICTED:
        return (DOCUMENT,)
    return REQUIRED if standing is Standing.PENDING else ()


def _with_standing(record: Obj, standing: Standing) -> Obj:
    active = standing is Standing.ACTIVE
    record["_standing"] = standing.value
    shown = {Standing.ACTIVE: "active", Standing.PENDING: "pending"}.get(standing, "inactive")
    record["capabilities"] = {"transfers": shown}
    record["payouts_enabled"] = active
    record["requirements"] = _requirements(record)
    return record


def _requirements(record: Obj) -> Obj:
    missing = [*due(record)]
    reasons = {
        Standing.PENDING: "requirements.past_due",
        Standing.RESTRICTED: "requirements.past_due",
        Standing.REJECTED: "rejected.other",
    }
    return {
        "alternatives": [],
        "current_deadline": None,
        "currently_due": missing,
        "disabled_reason": reasons.get(Standing(record["_standing"])),
        "errors": [],
        "eventually_due": missing,
        "past_due": missing,
        "pending_verification": [],
    }


def _tell(world: World, record: Obj, *, capability_changed: bool) -> None:
    events.emit_thin(world, "v2.core.account[requirements].updated", about=record)
    if capability_changed:
        for capability in ("stripe_balance.stripe_transfers", "stripe_balance.payouts"):
            events.emit_thin(
                world,
                "v2.core.account[configuration.recipient].capability_status_updated",
                about=record,
                data={"updated_capability": capability},
            )
    events.emit(world.seen_by(record["id"]), "account.updated", record)


def _bank_account(record: Obj, country: str, last4: str) -> Obj:
    return {
        "id": new_id("ba"),
        "object": "bank_account",
        "account": record["id"],
        "account_holder_name": record["_legal_name"],
        "account_holder_type": "individual",
        "account_type": None,
        "available_payout_methods": ["standard"],
        "bank_name": "STRIPE TEST BANK",
        "country": country,
        "currency": record["default_currency"],
        "default_for_currency": True,
        "fingerprint": None,
        "future_requirements": None,
        "last4": last4,
        "metadata": {},
        "requirements": None,
        "routing_number": "110000000",
        "status": "new",
    }


# --- Operations


def create(call: Call) -> Obj:
    """POST /v1/accounts"""
    world = call.world
    call.serve_only(*SERVED)
    record = open_account(
        world,
        country=call.get("country", "US"),
        code=currency.known(call.get("default_currency", "usd"), param="default_currency"),
        email=call.get("email"),
        name=call.get("business_profile", {}).get("name"),
        metadata=call.metadata(),
    )
    record["controller"] = _controller(call)
    world.save(record)
    if not (call.get("capabilities") or {}).get("transfers", {}).get("requested"):
        record["capabilities"] = {}
        world.save(record)
    return record


def _controller(call: Call) -> Obj:
    """Return who answers for what; left to itself, Stripe does for an account of its own kind."""
    asked = call.get("controller", {})
    controller = {
        "fees": {"payer": asked.get("fees", {}).get("payer", "account")},
        "is_controller": True,
        "losses": {"payments": asked.get("losses", {}).get("payments", "stripe")},
        "requirement_collection": asked.get("requirement_collection", "stripe"),
        "stripe_dashboard": {"type": asked.get("stripe_dashboard", {}).get("type", "full")},
        "type": "application",
    }
    answers, pays = controller["losses"]["payments"], controller["fees"]["payer"]
    if answers == "application" != pays:
        raise WrongValue(
            "controller[fees][payer]",
            "Setting controller[losses][payments]=application requires "
            "controller[fees][payer]=application.",
        )
    return controller


def retrieve(call: Call, account_id: str) -> Obj:
    """GET /v1/accounts/{id}"""
    return connected(call.world, account_id, param="id")


def list_all(call: Call) -> Obj:
    """GET /v1/accounts"""
    return listing.page(call, ACCOUNT)


def login_link(call: Call, account_id: str) -> Obj:
    """POST /v1/accounts/{id}/login_links"""
    record = connected(call.world, account_id, param="id")
    if not record["details_submitted"]:
        raise WrongValue(
            "account",
            "Cannot create a login link for an account that has not completed onboarding.",
        )
    return {
        "object": "login_link",
        "created": call.world.now,
        "url": f"{call.world.base_url}/express/{account_id}",
    }
