"""One visit of a browser to a page: the state, what the person filled in, the name they see."""

from dataclasses import dataclass

from marketplace.local.fakestripe.world import World


@dataclass(frozen=True)
class Visit:
    """Handed to every page."""

    world: World
    fields: dict[str, str]
    """The fields of the form that was sent, or of the address."""
    merchant: str
    """The name of the platform as payers and experts read it."""

    @property
    def choice(self) -> str:
        """Return the value of the button that was pressed."""
        return self.fields.get("do", "")
