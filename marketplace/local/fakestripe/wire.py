"""Requests and answers, and how Stripe writes parameters: bracketed forms for v1, JSON for v2."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode

from marketplace.local.fakestripe.errors import Refused

Params = dict[str, Any]


@dataclass(frozen=True)
class Request:
    """One request as it came in; header names are in lower case."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    peer: str = "127.0.0.1"

    @property
    def is_v2(self) -> bool:
        """Tell which of Stripe's two APIs is spoken to."""
        return self.path.startswith("/v2/")

    @property
    def speaks_form(self) -> bool:
        """Tell whether the parameters are written as a form: always in v1 and in every query."""
        return not (self.is_v2 and self.method == "POST")

    @property
    def origin(self) -> str:
        """Return where the caller reached us, so that links lead back the same way."""
        return f"http://{self.headers.get('host', '127.0.0.1')}"

    def params(self) -> Params:
        """Return the parameters as they were written.

        :raises Refused: if they cannot be read.
        """
        if self.method == "GET":
            return decode_form(self.query)
        text = self.body.decode("utf-8", "replace")
        return decode_form(text) if self.speaks_form else decode_json(text)

    def fields(self) -> dict[str, str]:
        """Return the fields of a form that a browser sent."""
        return dict(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))


@dataclass(frozen=True)
class Answer:
    """One answer as it goes out."""

    status: int
    body: bytes
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)


class HungUp(Exception):
    """The connection ends without an answer; a planted fault."""


def as_json(body: Any, *, status: int = 200, headers: dict[str, str] | None = None) -> Answer:
    """Return an answer that carries JSON."""
    text = json.dumps(body, indent=2)
    return Answer(status, text.encode(), headers=headers or {})


def decode_json(text: str) -> Params:
    """Read the body of a v2 request.

    :raises Refused: unless it is a JSON object.
    """
    try:
        params = json.loads(text or "{}")
    except ValueError as unreadable:
        raise Refused("The request body is not JSON.", code="invalid_json") from unreadable
    if not isinstance(params, dict):
        raise Refused("The request body must be a JSON object.", code="invalid_json")
    return params


def decode_form(text: str) -> Params:
    """Read `a[b][0]=c` as `{"a": {"b": ["c"]}}`.

    :raises Refused: if a name stands for a value and for a group at once.
    """
    tree: Params = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        head, *inner = [name.split("[", 1)[0], *re.findall(r"\[([^\[\]]*)\]", name)]
        branch = tree
        for part in inner:
            branch = branch.setdefault(head, {})
            if not isinstance(branch, dict):
                raise Refused("Invalid request: a parameter is a value and a hash.", param=name)
            head = part or str(len(branch))
        branch[head] = value
    return {name: _lists_in(value) for name, value in tree.items()}


def encode_form(params: Params) -> str:
    """Write parameters so that `decode_form` reads them."""
    return urlencode(list(_flat(params, "")))


def _flat(value: Any, name: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, part in value.items():
            yield from _flat(part, f"{name}[{key}]" if name else key)
    elif isinstance(value, list):
        yield from _flat({str(number): part for number, part in enumerate(value)}, name)
    else:
        yield name, str(value)


def _lists_in(value: Any) -> Any:
    """Turn every group whose names are all numbers into a list, in the order of the numbers."""
    if not isinstance(value, dict):
        return value
    inside = {name: _lists_in(part) for name, part in value.items()}
    if inside and all(re.fullmatch(r"[0-9]{1,4}", name) for name in inside):
        return [inside[name] for name in sorted(inside, key=int)]
    return inside
