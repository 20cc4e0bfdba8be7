"""One call of an operation: the state it works in and the parameters it was given."""

from dataclasses import dataclass
from typing import Any

from marketplace.local.fakestripe.errors import WrongValue
from marketplace.local.fakestripe.store import Obj
from marketplace.local.fakestripe.wire import Params
from marketplace.local.fakestripe.world import World

# https://docs.stripe.com/api/metadata
MOST_METADATA = 50
LONGEST_NAME = 40
LONGEST_VALUE = 500


@dataclass(frozen=True)
class Call:
    """Handed to every operation; the parameters have passed the contract and carry its types."""

    world: World
    params: Params

    def get(self, name: str, default: Any = None) -> Any:
        """Return a parameter."""
        return self.params.get(name, default)

    def serve_only(self, *names: str, within: str = "") -> None:
        """Refuse the parameters that Stripe would heed and the stand-in would not.

        `within` names a group of parameters; without it, those of the call itself are meant.

        :raises WrongValue: if there is such a parameter.
        """
        given = self.params.get(within, {}) if within else self.params
        for name in given.keys() - {*names, "expand", "include"}:
            where = f"{within}[{name}]" if within else name
            raise WrongValue(where, f"The stand-in does not serve the parameter {where}.")

    def metadata(self, before: Obj | None = None) -> Obj:
        """Return an object's metadata after this call; an empty value takes a name away.

        :raises WrongValue: if there is more than Stripe keeps.
        """
        merged: Obj = {**(before or {}), **(self.params.get("metadata") or {})}
        kept = {name: value for name, value in merged.items() if value != ""}
        if len(kept) > MOST_METADATA:
            raise WrongValue("metadata", f"Metadata may have at most {MOST_METADATA} keys.")
        for name, value in kept.items():
            if len(name) > LONGEST_NAME or len(value) > LONGEST_VALUE:
                raise WrongValue(
                    f"metadata[{name}]",
                    f"Metadata keys have up to {LONGEST_NAME} characters, values {LONGEST_VALUE}.",
                )
        return kept
