"""Keeps papers and what both sides are called on them; the database counts the numbers."""

from pathlib import Path

import django.db.models.deletion
import marketplace.kit.models
from django.conf import settings
from django.db import migrations, models

LAY = (Path(__file__).parent / "documents.sql").read_text(encoding="utf-8")
LIFT = """
DROP TRIGGER document_take_number ON contracts_document;
DROP TRIGGER document_append_only ON contracts_document;
DROP TRIGGER billingdetails_append_only ON contracts_billingdetails;
DROP TRIGGER document_series_guard ON contracts_documentseries;
DROP FUNCTION document_take_number, document_append_only, document_series_guard;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_mail_urgency'),
        ('contracts', '0010_moved_operations'),
        ('experts', '0020_saved_replies'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='DocumentSeries',
            fields=[
                ('code', models.CharField(max_length=24, primary_key=True, serialize=False)),
                ('last', models.PositiveIntegerField()),
            ],
            options={
                'verbose_name_plural': 'document series',
            },
        ),
        migrations.CreateModel(
            name='BillingDetails',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('legal_name', models.CharField(max_length=160, verbose_name='legal name')),
                ('address', models.TextField(max_length=400, verbose_name='address')),
                ('country', models.CharField(max_length=2, verbose_name='country')),
                ('vat_id', models.CharField(blank=True, max_length=20, verbose_name='VAT number')),
                ('created_at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('expert', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='billing_details', to='experts.expert')),
                ('organisation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='billing_details', to='accounts.organisation')),
            ],
            options={
                'verbose_name_plural': 'billing details',
                'ordering': ('pk',),
                'constraints': [models.CheckConstraint(condition=models.Q(('organisation__isnull', False), ('expert__isnull', False), _connector='XOR'), name='billing_details_of_one')],
            },
        ),
        migrations.CreateModel(
            name='Document',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', marketplace.kit.models.PublicIdField(prefix='doc')),
                ('kind', models.CharField(choices=[('receipt', 'Receipt'), ('work', 'Invoice for work'), ('client_fee', 'Invoice for our service fee'), ('expert_fee', 'Invoice for our expert fee'), ('credit_note', 'Credit note')], max_length=16)),
                ('series', models.CharField(max_length=24)),
                ('number', models.PositiveIntegerField(default=0, editable=False)),
                ('issued_at', models.DateTimeField()),
                ('total_minor', models.BigIntegerField()),
                ('currency', models.CharField(max_length=3)),
                ('facts', models.JSONField()),
                ('contract', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='documents', to='contracts.contract')),
                ('payment', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='documents', to='contracts.payment')),
                ('refund', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='documents', to='contracts.refund')),
                ('release', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='documents', to='contracts.release')),
            ],
            options={
                'ordering': ('-issued_at', '-pk'),
                'constraints': [models.UniqueConstraint(fields=('series', 'number'), name='document_number_once'), models.UniqueConstraint(fields=('kind', 'payment'), name='document_of_payment_once'), models.UniqueConstraint(fields=('kind', 'release'), name='document_of_release_once'), models.UniqueConstraint(fields=('kind', 'refund'), name='document_of_refund_once'), models.CheckConstraint(condition=models.Q(models.Q(('payment__isnull', False), ('refund', None), ('release', None)), models.Q(('payment', None), ('refund', None), ('release__isnull', False)), models.Q(('payment', None), ('refund__isnull', False), ('release', None)), _connector='OR'), name='document_about_one')],
            },
        ),
        migrations.RunSQL(LAY, LIFT),
    ]
