"""Who each side is on paper today."""

from django.conf import settings

from accounts.models import Organisation
from contracts.models import BillingDetails
from contracts.models.document import Party
from experts.models import Expert


def details_of_client(organisation: Organisation) -> BillingDetails | None:
    """Return what a client last said it is called on paper."""
    return BillingDetails.objects.filter(organisation=organisation).last()


def details_of_expert(expert: Expert) -> BillingDetails | None:
    """Return what an expert last said they are called on paper."""
    return BillingDetails.objects.filter(expert=expert).last()


def client(organisation: Organisation) -> Party:
    """Return a client; until they say more, as everybody knows them."""
    details = details_of_client(organisation)
    return _party(details) if details else Party(organisation.name, "", organisation.country)


def expert(of: Expert) -> Party:
    """Return an expert; until they say more, as everybody knows them."""
    details = details_of_expert(of)
    return _party(details) if details else Party(of.name, "", of.country)


def ourselves() -> Party:
    """Return who we are."""
    lines = [line.strip() for line in settings.COMPANY_ADDRESS.split(";")]
    return Party(
        name=settings.COMPANY_NAME,
        address="\n".join(lines),
        country=settings.COMPANY_COUNTRY,
        vat_id=settings.COMPANY_VAT_ID,
    )


def _party(details: BillingDetails) -> Party:
    return Party(details.legal_name, details.address, details.country, details.vat_id)
