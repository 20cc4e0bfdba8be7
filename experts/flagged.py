"""What of experts can be reported to our staff."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.flagging import Flagged, Line, flaggable
from accounts.models import User
from experts.models import Expert

PROFILE = "profile"


def show_profile(public_id: str) -> Sequence[Line]:
    """Show what a profile says in its owner's words."""
    expert = Expert.objects.filter(public_id=public_id).select_related("user").first()
    if expert is None:
        return ()
    return (
        (_("Name"), expert.name),
        (_("Headline"), expert.headline),
        (_("Overview"), expert.overview),
    )


@flaggable(PROFILE, _("Report a profile"), show=show_profile)
def a_profile(reader: User, public_id: str) -> Flagged | None:
    """Find a profile that its reader may see."""
    found = Expert.objects.visible_to(reader).filter(public_id=public_id).select_related("user")
    expert = found.first()
    if expert is None:
        return None
    return Flagged(
        kind=PROFILE,
        about=expert.public_id,
        title=expert.name,
        url=reverse("experts:profile", args=[expert.slug]),
        owners=[expert.user],
    )
