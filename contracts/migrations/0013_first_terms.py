"""Version 1 of the terms of contracts that are older than versions."""

import hashlib
import json
from datetime import UTC

from django.db import migrations

CHECK_FIELDS = ("metric", "comparator", "target", "unit", "how")


def write_version_1(apps, _editor):
    contracts = apps.get_model("contracts", "Contract").objects.filter(terms=None)
    versions = apps.get_model("contracts", "TermsVersion").objects
    related = contracts.select_related("offer__made_by", "organisation", "expert__user")
    for contract in related.iterator():
        document = document_of(contract)
        text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        versions.create(
            contract=contract,
            number=1,
            document=document,
            sha256=hashlib.sha256(text.encode()).hexdigest(),
            agreed_at=contract.started_at,
        )


def document_of(contract):
    """What the offer said and the expert accepted; as `contracts.services.terms` writes it."""
    offer = contract.offer
    return {
        "contract": contract.public_id,
        "number": 1,
        "previous": "",
        "client": side(contract.organisation, offer.made_by, offer.sent_at or offer.created_at),
        "expert": {
            **side(contract.expert, contract.expert.user, contract.started_at),
            "name": contract.expert.user.name or contract.expert.user.email.partition("@")[0],
        },
        "terms": {
            "title": contract.title,
            "currency": contract.currency,
            "client_fee_bps": contract.client_fee_bps,
            "expert_fee_bps": contract.expert_fee_bps,
            "review_window_days": contract.review_window_days,
            "milestones": [
                {
                    "id": row.public_id,
                    "title": row.title,
                    "amount_minor": row.amount_minor,
                    "due_on": row.due_on.isoformat(),
                }
                for row in contract.milestones.order_by("position")
            ],
            "checks": [
                {name: getattr(row, name) for name in CHECK_FIELDS}
                for row in contract.checks.order_by("position")
            ],
        },
    }


def side(row, person, moment):
    return {
        "id": row.public_id,
        "name": getattr(row, "name", ""),
        "by": person.public_id,
        "at": moment.astimezone(UTC).isoformat(timespec="microseconds"),
    }


class Migration(migrations.Migration):
    dependencies = [("contracts", "0012_versioned_terms")]

    operations = [migrations.RunPython(write_version_1, migrations.RunPython.noop)]
