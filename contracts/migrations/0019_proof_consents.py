"""Lets both sides agree to show a contract in public."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("contracts", "0018_ledger_chain"),
    ]

    operations = [
        migrations.CreateModel(
            name="ProofConsent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("side", models.CharField(choices=[("client", "Client"), ("expert", "Expert")], max_length=6)),
                ("given_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                ("by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("contract", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="proof_consents", to="contracts.contract")),
                ("withdrawn_by", models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "ordering": ("pk",),
                "constraints": [models.UniqueConstraint(condition=models.Q(("withdrawn_at", None)), fields=("contract", "side"), name="proof_consent_once_per_side")],
            },
        )
    ]
