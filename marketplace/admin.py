"""The admin site: Django's own for records, with our workbenches inside."""

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.http import urlencode


class BackOffice(AdminConfig):
    """Installs our site where Django would install its own."""

    default_site = "marketplace.admin.Site"


class Site(AdminSite):
    """Stock, except that workbenches are mounted in it and sign-in is the site's own.

    Django's login form would take a password alone, whatever second factor a person has set up.
    """

    index_template = "admin/start.html"

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Put the workbenches before the records, whose last pattern catches everything."""
        benches = [
            path("vetting/", include("experts.desk_urls")),
            path("disputes/", include("contracts.dispute_urls")),
            path("registry/", include("experts.registry_urls")),
            path("payments/", include("contracts.money_desk_urls")),
            path("chargebacks/", include("contracts.chargeback_urls")),
            path("clawbacks/", include("contracts.clawback_urls")),
            path("links/", include("contracts.link_urls")),
            path("payouts/", include("contracts.payout_urls")),
            path("flags/", include("accounts.flag_desk_urls")),
            path("jobs-in-review/", include("jobs.review_desk_urls")),
            path("sanctions/", include("accounts.sanction_desk_urls")),
            path("sessions/", include("accounts.session_desk_urls")),
            path("mails/", include("accounts.mail_desk_urls")),
            path("health/", include("contracts.health_urls")),
            path("differences/", include("contracts.difference_urls")),
        ]
        return [*benches, *super().get_urls()]

    def login(
        self, request: HttpRequest, extra_context: dict[str, object] | None = None
    ) -> HttpResponse:
        """Send people to the site's sign-in; those who are in but not staff, home."""
        if request.user.is_authenticated:
            return redirect("home")
        query = urlencode({"next": request.GET.get("next", reverse("admin:index"))})
        return redirect(f"{reverse('account_login')}?{query}")
