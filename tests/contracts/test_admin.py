"""Staff read everything about contracts and their money in the admin site, and change nothing."""

import pytest
from django.contrib import admin
from django.urls import reverse

from accounts.models import User
from contracts.models import Contract, LedgerTransaction, Milestone, Offer, Operation, Payment
from contracts.services import milestones
from tests.conftest import NOON

OURS = [model for model in admin.site._registry if model._meta.app_label == "contracts"]


@pytest.fixture
def root(client, db):
    """Somebody who may do everything Django lets them."""
    user = User.objects.create_superuser("root@attest.example", "x")
    client.force_login(user)
    return client


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_every_list_opens(root, submission, acme, model):
    milestones.approve(submission, by=acme, at=NOON)

    url = reverse(f"admin:contracts_{model._meta.model_name}_changelist")
    assert root.get(url).status_code == 200


@pytest.mark.parametrize(
    "model", [Contract, Milestone, Offer, Operation, Payment, LedgerTransaction]
)
def test_a_record_shows_its_history_and_cannot_be_changed(root, submission, acme, model):
    milestones.approve(submission, by=acme, at=NOON)
    row = model.objects.first()
    url = reverse(f"admin:contracts_{model._meta.model_name}_change", args=[row.pk])

    assert root.get(url).status_code == 200
    assert root.post(url, {"status": "accepted"}).status_code == 403
    assert root.post(url.replace("/change/", "/delete/")).status_code == 403
    again = model.objects.get(pk=row.pk)
    assert again.__dict__.keys() == row.__dict__.keys()
    assert getattr(again, "status", "") == getattr(row, "status", "")
