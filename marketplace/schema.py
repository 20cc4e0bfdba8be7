"""What the OpenAPI document says of every operation alike: how it refuses, and how it is named."""

from typing import Any

from marketplace.kit.http import PROBLEM
from marketplace.kit.urls import PublicIdConverter

PROBLEM_SCHEMA = {
    "type": "object",
    "description": "A problem document (RFC 9457); `errors` names fields, on status 400.",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {"type": "object", "additionalProperties": {}},
    },
    "required": ["type", "title", "status", "detail"],
}
# What may be wrong with any request: the token or its scope, its form, how often it comes.
OF_ALL = {
    "400": "Something in the request is not as it should be.",
    "401": "The token opens nothing, or there is none.",
    "403": "The token's scope does not reach, or you may not do it.",
    "406": "The answer is JSON, and another form was asked for.",
    "429": "Too often in a short time; see `Retry-After`.",
    "503": "The site is being looked after; see `Retry-After`.",
}
# Rows that have no key in their address, and need not be there.
ONES_OWN = frozenset({"/api/v1/profile/"})
OF_A_ROW = {"404": "There is no such row, or it is not for you to see."}
OF_WRITING = {
    "409": "A rule refuses it; `type` and `detail` say which.",
    "411": "The body came in chunks, without its length.",
    "413": "The body is too large.",
    "415": "The body is not JSON.",
    "422": "It cannot be done as it was asked, or the `Idempotency-Key` came with another request.",
}
OF_EDITING = {
    "412": "It has changed since you read it.",
    "428": "`If-Match` is missing.",
}
READ = {
    "in": "header",
    "name": "If-Match",
    "required": True,
    "schema": {"type": "string"},
    "description": "The `ETag` of what you have read and mean to change.",
}
KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
    "description": "Names the request: sent again within a day, it is answered and not done again.",
}
HAD = {
    "in": "header",
    "name": "If-None-Match",
    "schema": {"type": "string"},
    "description": "The `ETag` of what you have; answered 304 while it is the same.",
}
NOT_MODIFIED = {"description": "It is what you have."}
DOCUMENT = "/api/v1/openapi.yaml"
KEYLESS = frozenset({"/api/v1/verify/"})


def with_refusals(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Write into a document what every operation may answer besides what its view says."""
    result["components"]["schemas"]["Problem"] = PROBLEM_SCHEMA
    result["paths"] = {_by_id(address): item for address, item in result["paths"].items()}
    for address, item in result["paths"].items():
        for method, operation in item.items():
            _call_keys_ids(operation)
            _add_headers(address, method, operation)
            for status, said in _refusals(address, method).items():
                operation["responses"].setdefault(status, _problem(said))
    return result


def _add_headers(address: str, method: str, operation: dict[str, Any]) -> None:
    """Say which headers an operation reads beside the token."""
    read: list[dict[str, Any]] = []
    if method == "get" and "200" in operation["responses"] and address != DOCUMENT:
        operation["responses"]["304"] = NOT_MODIFIED
        read.append(HAD)
    if method == "post" and address not in KEYLESS:
        read.append(KEY)
    if method == "patch":
        read.append(READ)
    operation.setdefault("parameters", []).extend(read)


def _call_keys_ids(operation: dict[str, Any]) -> None:
    """Call a key in an address as it is called in an answer, so that one leads to the other."""
    for parameter in operation.get("parameters", ()):
        if parameter["in"] == "path":
            parameter["name"] = parameter["name"].replace("public_id", "id")
            parameter["schema"]["pattern"] = f"^{PublicIdConverter.regex}$"


def _by_id(address: str) -> str:
    return address.replace("{public_id}", "{id}")


def _refusals(address: str, method: str) -> dict[str, str]:
    of_a_row = OF_A_ROW if "{" in address or address in ONES_OWN else {}
    of_writing = OF_WRITING if method != "get" else {}
    return OF_ALL | of_a_row | of_writing | (OF_EDITING if method == "patch" else {})


def _problem(said: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": said, "content": {PROBLEM: {"schema": schema}}}
