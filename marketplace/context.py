"""What every page knows: the site's name and where the reader can go."""

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, object]:
    """Return the values of `base.html`."""
    return {"SITE_NAME": settings.SITE_NAME}
