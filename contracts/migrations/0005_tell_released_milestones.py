from django.db import migrations

# As experts.services.profiles bands them, in minor units.
BANDS = (
    (100_000_00, "from_100"),
    (50_000_00, "from_50"),
    (20_000_00, "from_20"),
    (5_000_00, "from_5"),
    (1_000_00, "from_1"),
    (100_00, "under_1"),
)


def tell(apps, _):
    """What was released before experts could show it becomes theirs to show."""
    deliveries = apps.get_model("experts", "Delivery").objects
    milestones = apps.get_model("contracts", "Milestone").objects
    released = milestones.filter(status="released", released_at__isnull=False)
    for row in released.select_related("contract__organisation").iterator():
        deliveries.get_or_create(
            source=row.public_id,
            defaults={
                "expert_id": row.contract.expert_id,
                "title": row.title,
                "client_name": row.contract.organisation.name,
                "released_on": row.released_at.date(),
                "amount_band": next(
                    (band for least, band in BANDS if row.amount_minor >= least), "small"
                ),
            },
        )


class Migration(migrations.Migration):
    dependencies = [
        ("contracts", "0004_feedback_scores"),
        ("experts", "0009_evidence_sources"),
    ]

    operations = [migrations.RunPython(tell, migrations.RunPython.noop)]
