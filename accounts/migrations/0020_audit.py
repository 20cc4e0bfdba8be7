"""Keeps what people did, each line linked to the one before of the same person."""

from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

LAY = (Path(__file__).parent / "audit.sql").read_text(encoding="utf-8")
LIFT = """
DROP TRIGGER audit_append_only ON accounts_auditchain;
DROP TRIGGER audit_append_only ON accounts_auditevent;
DROP TRIGGER audit_link ON accounts_auditevent;
DROP FUNCTION audit_append_only;
DROP FUNCTION audit_link;
DROP FUNCTION audit_hash;
DROP FUNCTION audit_genesis;
"""


class Migration(migrations.Migration):
    unsafe_because = "what it updates, its trigger does later, a row at a time; the tables are new"

    dependencies = [
        ('accounts', '0019_erasures'),
    ]

    operations = [
        migrations.CreateModel(
            name='AuditChain',
            fields=[
                ('actor', models.BigIntegerField(primary_key=True, serialize=False)),
                ('length', models.BigIntegerField()),
                ('head', models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name='AuditEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('act', models.CharField(choices=[('signed_in', 'Signed in'), ('proved', 'Said once more who they are'), ('password', 'The password was changed'), ('email', 'The main e-mail address was changed'), ('factor_added', 'A second factor was added'), ('factor_removed', 'A second factor was removed'), ('codes', 'New recovery codes were made'), ('copy', 'The copy of the data was saved'), ('bank', 'The bank details for payouts were changed'), ('read_report', 'Our staff read something that was reported'), ('read_dispute', 'Our staff read a dispute'), ('read_exhibit', 'Our staff opened a file of a dispute')], max_length=16)),
                ('about', models.CharField(blank=True, max_length=40)),
                ('request_id', models.CharField(blank=True, max_length=32)),
                ('at', models.DateTimeField()),
                ('position', models.BigIntegerField(default=0, editable=False)),
                ('previous', models.BinaryField(default=b'')),
                ('hash', models.BinaryField(default=b'')),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('-pk',),
                'indexes': [models.Index(fields=['person', '-at'], name='audit_event_of_person')],
                'constraints': [models.UniqueConstraint(fields=('by', 'position'), name='audit_event_place', nulls_distinct=False)],
            },
        ),
        migrations.RunSQL(LAY, LIFT),
    ]
