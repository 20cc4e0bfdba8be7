"""What the installed Stripe SDK says a request and an object may look like.

The SDK carries Stripe's API description as types: a TypedDict for the parameters of every operation
and a class for every resource. Reading them gives a checker that needs no network and follows every
upgrade of the SDK by itself. The SDK is loaded on the first question, because it takes a second.
"""

import ast
import functools
import importlib
import inspect
import re
import threading
import types
import typing
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Literal, NotRequired, Required, Union, get_args, get_origin, get_type_hints

import typing_extensions

# What an open enum (`Literal[...] | str`) may also hold: the id of an object.
LOOKS_LIKE_AN_ID = re.compile(r"[a-z]+_[A-Za-z0-9]{8,}")


@dataclass(frozen=True)
class Problem:
    """One thing the SDK's types do not allow, at one place."""

    where: str
    code: str
    message: str

    def __str__(self) -> str:
        return f"{self.where}: {self.message}"


@dataclass(frozen=True)
class Operation:
    """One method and path of the API, with the type of its parameters if it takes any."""

    method: str
    template: str
    parameters: Any

    def answers(self, method: str, path: str) -> bool:
        """Tell whether a request goes to this operation."""
        return method == self.method and bool(_pattern(self.template).fullmatch(path))


class Resource:
    """Any object of the API, inside a type; which one it is, its own `object` field says."""


def read_request(
    method: str, path: str, params: Mapping[str, Any], *, from_form: bool
) -> tuple[dict[str, Any], list[Problem]]:
    """Return the parameters with the types the SDK gives them, and all that is wrong with them."""
    operation = operation_at(method, path)
    if operation is None:
        where = f"{method} {path}"
        return {}, [Problem(where, "url_invalid", f"Unrecognized request URL ({where}).")]
    reading = Reading(from_form=from_form)
    if operation.parameters is None:
        reading.refuse_unknown(params, (), "")
        return {}, reading.problems
    return reading.fields(params, operation.parameters, ""), reading.problems


def problems_in_object(thing: Mapping[str, Any]) -> list[Problem]:
    """Return all that the SDK's class for this kind of object does not allow."""
    reading = Reading(from_form=False)
    reading.resource(thing, Resource, str(thing.get("object", "object")))
    return reading.problems


@functools.cache
def event_types() -> frozenset[str]:
    """Return every type of snapshot event that the SDK knows."""
    hint = get_type_hints(_module("stripe").Event, localns=_Names("stripe._event"))["type"]
    return frozenset(get_args(hint))


@functools.cache
def api_version() -> str:
    """Return the version of the API that the SDK speaks."""
    return str(_module("stripe").api_version)


# --- Operations, from the sources of the SDK's services -----------------------------------------


def operation_at(method: str, path: str) -> Operation | None:
    """Return the operation a request goes to; a literal path wins over one with placeholders."""
    found = [one for one in _operations(_family(path)) if one.answers(method, path)]
    return min(found, key=lambda one: one.template.count("{"), default=None)


def _family(path: str) -> str:
    """Return the start of a path that no operation replaces by a placeholder."""
    depth = 4 if path.startswith("/v2/") else 3
    return "/".join(path.split("/")[:depth])


@functools.cache
def _operations(family: str) -> list[Operation]:
    package = Path(str(_module("stripe").__file__)).parent
    return [
        operation
        for source in sorted(package.rglob("*_service.py"))
        if f'"{family}' in (text := source.read_text(encoding="utf-8"))
        for operation in _operations_in(ast.parse(text))
    ]


def _operations_in(service: ast.Module) -> Iterator[Operation]:
    homes = {
        alias.asname or alias.name: (node.module, alias.name)
        for node in ast.walk(service)
        if isinstance(node, ast.ImportFrom) and node.module
        for alias in node.names
    }
    for function in ast.walk(service):
        if not isinstance(function, ast.FunctionDef):
            continue
        for call in ast.walk(function):
            if _sends_a_request(call):
                method, path = call.args[:2]
                # A path with placeholders is written "...".format(...).
                literal = path.func.value if isinstance(path, ast.Call) else path  # type: ignore[attr-defined]
                yield Operation(
                    ast.literal_eval(method).upper(),
                    ast.literal_eval(literal),
                    _parameters_of(function, homes),
                )


def _sends_a_request(node: ast.AST) -> typing.TypeGuard[ast.Call]:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"_request", "_request_stream"}
        and len(node.args) > 1
    )


def _parameters_of(function: ast.FunctionDef, homes: dict[str, tuple[str, str]]) -> Any:
    for argument in function.args.args:
        if argument.arg == "params" and argument.annotation is not None:
            named = re.search(r"\w+Params", ast.unparse(argument.annotation))
            if named:
                module, name = homes[named.group()]
                return getattr(_module(module), name)
    return None


@functools.cache
def _pattern(template: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\{\w+\}", "[^/]+", template))


# --- Types, from the SDK's own annotations ------------------------------------------------------


class _Names(dict[str, Any]):
    """The names a module of the SDK imports for type checkers only: all of them are resources."""

    def __init__(self, module: str) -> None:
        super().__init__(StripeContext=object, Mapping=Mapping)
        self._known = {**vars(typing), **vars(_module("builtins")), **vars(_module(module))}

    def __missing__(self, name: str) -> type[Resource]:
        if name in self._known:
            raise KeyError(name)  # the ordinary look-up finds it
        return Resource


@functools.cache
def _hints(owner: Any) -> dict[str, Any]:
    """Return the type of every field of a TypedDict or of a resource class."""
    if typing_extensions.is_typeddict(owner):
        options = _module("stripe._request_options").RequestOptions.__annotations__
        hidden = set(options) if owner.__name__.endswith("Params") else set()
    else:
        hidden = {name for name in dir(_module("stripe").StripeObject) if not name.startswith("__")}
    hints = get_type_hints(owner, localns=_Names(owner.__module__), include_extras=True)
    return {
        # A trailing underscore keeps a field apart from a keyword of Python.
        name.rstrip("_"): hint
        for name, hint in hints.items()
        if name not in hidden and not name.isupper() and not name.startswith("_")
    }


def _resource_class(name: str) -> Any:
    homes = _module("stripe._object_classes")
    if name == "list":
        return None
    home = homes.V2_OBJECT_CLASSES.get(name) or homes.OBJECT_CLASSES.get(name)
    return getattr(_module(home[0]), home[1]) if home else None


def _may_be_absent(hint: Any) -> bool:
    return get_origin(hint) in _NOT_REQUIRED or (
        get_origin(hint) in _UNIONS and type(None) in get_args(hint)
    )


def _module(name: str) -> types.ModuleType:
    # The modules of the SDK import each other in circles, which two threads at once cannot follow.
    with _LOADING:
        return importlib.import_module(name)


_LOADING = threading.RLock()
_NOT_REQUIRED = {NotRequired, typing_extensions.NotRequired}
_MARKERS = _NOT_REQUIRED | {Required, typing_extensions.Required, typing.Annotated}
_UNIONS = {Union, types.UnionType}


# --- Reading a value by its type ----------------------------------------------------------------


@dataclass
class Reading:
    """One walk over a value: gives it the right types and collects what is wrong with it."""

    from_form: bool
    problems: list[Problem] = field(default_factory=list)

    def value(self, value: Any, hint: Any, where: str) -> Any:
        """Return the value as its type has it: a form can only send `"500"` for 500."""
        origin = get_origin(hint)
        if origin in _MARKERS:
            return self.value(value, get_args(hint)[0], where)
        if origin in _UNIONS:
            return self.one_of(value, hint, where)
        if typing_extensions.is_typeddict(hint):
            return self.fields(value, hint, where)
        read = _READERS.get(origin or hint)
        if read is not None:
            return read(self, value, hint, where)
        return self.resource(value, hint, where) if inspect.isclass(hint) else value

    def one_of(self, value: Any, hint: Any, where: str) -> Any:
        """Read by the first alternative that fits, or complain as the nearest one does."""
        alternatives = get_args(hint)
        if value is None and type(None) in alternatives:
            return None
        closest: list[Problem] | None = None
        for alternative in alternatives:
            attempt = Reading(from_form=self.from_form)
            read = attempt.value(value, alternative, where)
            if not attempt.problems:
                self._refuse_undocumented(value, hint, alternative, where)
                return read
            if closest is None or len(attempt.problems) < len(closest):
                closest = attempt.problems
        self.problems += closest or []
        return value

    def _refuse_undocumented(self, value: Any, hint: Any, taken: Any, where: str) -> None:
        """Hold an open enum to the values its documentation names."""
        if taken is not str:
            return
        named = [
            known
            for alternative in get_args(hint)
            if get_origin(alternative) is Literal
            for known in get_args(alternative)
            if known
        ]
        if named and value and not LOOKS_LIKE_AN_ID.fullmatch(value):
            self.refuse(where, f"must be one of {', '.join(map(str, named))}")

    def fields(self, value: Any, hint: Any, where: str) -> Any:
        """Read the parameters of an operation, or a group of them."""
        if not isinstance(value, Mapping):
            self.refuse(where, "expected a hash")
            return value
        hints = _hints(hint)
        self.refuse_unknown(value, hints, where)
        for name, expected in hints.items():
            if name not in value and not _may_be_absent(expected):
                inside = _inside(where, name)
                self.refuse(inside, f"Missing required param: {inside}.", "parameter_missing")
        return {
            name: self.value(part, hints[name], _inside(where, name))
            for name, part in value.items()
            if name in hints
        }

    def refuse_unknown(
        self, value: Mapping[str, Any], known: typing.Container[str], where: str
    ) -> None:
        """Complain about every name that is not known here."""
        for name in value:
            if name not in known:
                inside = _inside(where, name)
                self.refuse(inside, f"Received unknown parameter: {inside}", "parameter_unknown")

    def resource(self, value: Any, hint: Any, where: str) -> Any:
        """Check an object that the API serves, or a part of one."""
        if not isinstance(value, Mapping):
            self.refuse(where, "expected an object")
            return value
        if value.get("object") == "list":
            return self.page(value, hint, where)
        owner = hint if hint is not Resource else _resource_class(str(value.get("object")))
        if owner is None:
            self.refuse(where, f"no kind of object is named {value.get('object')!r}")
            return value
        hints = _hints(owner)
        for name, expected in hints.items():
            if name in value:
                self.value(value[name], expected, f"{where}.{name}")
            elif not _may_be_absent(expected):
                self.refuse(f"{where}.{name}", "missing, and the SDK says it is always there")
        unlisted = _UNLISTED.get(owner.__qualname__, set())
        for name in value.keys() - hints.keys() - unlisted:
            self.refuse(f"{where}.{name}", f"not a field of {owner.__qualname__}")
        return value

    def page(self, value: Any, _hint: Any, where: str) -> Any:
        """Check one page of a list; the page of the v2 API does not say that it is one."""
        if not isinstance(value, Mapping) or not isinstance(value.get("data"), list):
            self.refuse(where, "expected a page of a list")
            return value
        for number, item in enumerate(value["data"]):
            self.resource(item, Resource, f"{where}.data[{number}]")
        return value

    def array(self, value: Any, hint: Any, where: str) -> Any:
        """Read a list, each of its items by the same type."""
        if not isinstance(value, list):
            self.refuse(where, "expected an array", "parameter_invalid_array")
            return value
        items = get_args(hint)[0]
        return [self.value(item, items, f"{where}[{number}]") for number, item in enumerate(value)]

    def mapping(self, value: Any, hint: Any, where: str) -> Any:
        """Read a hash with free names, such as metadata."""
        if not isinstance(value, Mapping):
            self.refuse(where, "expected a hash")
            return value
        values = (get_args(hint) or (Any,))[-1]
        return {key: self.value(part, values, _inside(where, key)) for key, part in value.items()}

    def literal(self, value: Any, hint: Any, where: str) -> Any:
        """Read a value that is one of a few."""
        allowed = get_args(hint)
        for known in allowed:
            if value == known or (self.from_form and value == str(known)):
                return known
        self.refuse(where, f"must be one of {', '.join(map(repr, allowed))}")
        return value

    def integer(self, value: Any, _hint: Any, where: str) -> Any:
        """Read a whole number."""
        if self.from_form and isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,18}", value):
            return int(value)
        if not isinstance(value, int) or isinstance(value, bool):
            self.refuse(where, f"Invalid integer: {value}", "parameter_invalid_integer")
        return value

    def number(self, value: Any, _hint: Any, where: str) -> Any:
        """Read a number that may have a fraction; as text it keeps every digit."""
        try:
            Decimal(str(value))
        except InvalidOperation:
            self.refuse(where, f"Invalid number: {value}")
        return value

    def boolean(self, value: Any, _hint: Any, where: str) -> Any:
        """Read true or false."""
        if self.from_form and value in {"true", "false"}:
            return value == "true"
        if not isinstance(value, bool):
            self.refuse(where, f"Invalid boolean: {value}")
        return value

    def text(self, value: Any, _hint: Any, where: str) -> Any:
        """Read a string."""
        if not isinstance(value, str):
            self.refuse(where, "Invalid string", "parameter_invalid_string_empty")
        return value

    def nothing(self, value: Any, _hint: Any, where: str) -> Any:
        """Read an absent value, which a form sends as an empty one."""
        if value is None or (self.from_form and value == ""):
            return None
        self.refuse(where, "expected null")
        return value

    def anything(self, value: Any, _hint: Any, _where: str) -> Any:
        """Accept what the SDK does not describe."""
        return value

    def refuse(self, where: str, message: str, code: str = "parameter_invalid") -> None:
        """Note one problem."""
        self.problems.append(Problem(where, code, message))


def _inside(where: str, name: str) -> str:
    return f"{where}[{name}]" if where else name


# Fields that the SDK sets outside its generated classes.
_UNLISTED = {"Event": {"data", "related_object"}}

_READERS: dict[Any, Callable[[Reading, Any, Any, str], Any]] = {
    Any: Reading.anything,
    object: Reading.anything,
    Literal: Reading.literal,
    typing_extensions.Literal: Reading.literal,
    list: Reading.array,
    dict: Reading.mapping,
    bool: Reading.boolean,
    int: Reading.integer,
    float: Reading.number,
    Decimal: Reading.number,
    str: Reading.text,
    type(None): Reading.nothing,
}
