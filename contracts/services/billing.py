"""Billing details: what a client organisation and an expert are called on paper, by versions."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import Organisation, User
from accounts.policies import may_pay
from accounts.selectors import membership
from contracts.models import BillingDetails
from experts.models import Expert


@transaction.atomic
def describe_client(
    organisation: Organisation,
    *,
    legal_name: str,
    address: str,
    country: str,
    vat_id: str,
    by: User,
    at: datetime,
) -> BillingDetails:
    """Say what papers issued from now on call a client.

    :raises PermissionDenied: unless `by` moves money for it.
    """
    if not may_pay(membership(by, organisation)):
        raise PermissionDenied
    return BillingDetails.objects.create(
        organisation=organisation,
        legal_name=legal_name,
        address=address,
        country=country,
        vat_id=vat_id,
        by=by,
        created_at=at,
    )


@transaction.atomic
def describe_expert(
    expert: Expert,
    *,
    legal_name: str,
    address: str,
    country: str,
    vat_id: str,
    by: User,
    at: datetime,
) -> BillingDetails:
    """Say what papers issued from now on call an expert.

    :raises PermissionDenied: unless `by` is the expert.
    """
    if expert.user_id != by.pk:
        raise PermissionDenied
    return BillingDetails.objects.create(
        expert=expert,
        legal_name=legal_name,
        address=address,
        country=country,
        vat_id=vat_id,
        by=by,
        created_at=at,
    )
