"""Keeps what the names of organisations look like, so that no other is taken for one of them."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

import marketplace.kit.models
from marketplace.kit import names

AT_ONCE = 500


def write_looks(apps, _schema_editor):
    """In small lots, each in its own transaction: nobody waits for all of it."""
    Organisation = apps.get_model("accounts", "Organisation")
    rows = Organisation.objects.filter(name_look="").exclude(name="").order_by("pk")
    last = 0
    while lot := list(rows.filter(pk__gt=last)[:AT_ONCE]):
        for row in lot:
            row.name_look = names.look(row.name)
        Organisation.objects.bulk_update(lot, ["name_look"])
        last = lot[-1].pk


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('accounts', '0023_devices_ended'),
    ]

    operations = [
        migrations.AddField(
            model_name='organisation',
            name='name_look',
            field=marketplace.kit.models.LookField(blank=True, db_default='', editable=False, max_length=500, of='name'),
        ),
        migrations.RunPython(write_looks, migrations.RunPython.noop, atomic=False),
        AddIndexConcurrently(
            model_name='organisation',
            index=models.Index(fields=['name_look'], name='organisation_by_look'),
        ),
    ]
