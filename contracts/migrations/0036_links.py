"""What a client and an expert have in common, and Stripe's names for cards and bank accounts."""

from pathlib import Path

import django.db.models.deletion
import marketplace.kit.models
from django.conf import settings
from django.db import migrations, models

LAY = (Path(__file__).parent / "mailbox.sql").read_text(encoding="utf-8")
LIFT = "DROP FUNCTION contracts_mailbox"


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0017_exports'),
        ('contracts', '0035_work_fingerprints'),
        ('experts', '0032_english_rubrics'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='payment',
            name='card',
            field=models.CharField(blank=True, db_default='', max_length=80),
        ),
        migrations.AddField(
            model_name='payoutaccount',
            name='bank',
            field=models.CharField(blank=True, db_default='', max_length=80),
        ),
        migrations.CreateModel(
            name='Link',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', marketplace.kit.models.PublicIdField(prefix='lnk')),
                ('kind', models.CharField(choices=[('member', 'The expert is a member of the client'), ('mailbox', 'The same mailbox'), ('vat', 'The same VAT number'), ('card', "Paid with a card of a business of the expert's"), ('bank', 'The same bank account'), ('former', 'The expert was a member of the client within two years'), ('invited', 'The client has invited the expert as a member'), ('elsewhere', 'Members of another business together'), ('device', 'Signed in from the same place with the same browser'), ('network', 'Signed in from the same network'), ('domain', "Addresses of the same business's mail")], max_length=9)),
                ('seen_at', models.DateTimeField()),
                ('reason', models.TextField(blank=True, max_length=1000, verbose_name='why')),
                ('status', models.CharField(choices=[('seen', 'Waits for a look'), ('related', 'They belong together'), ('unrelated', 'They do not belong together')], default='seen', max_length=24)),
                ('expert', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='links', to='experts.expert')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='links', to='accounts.organisation')),
            ],
            options={
                'ordering': ('pk',),
            },
        ),
        migrations.CreateModel(
            name='LinkEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verb', models.CharField(max_length=32)),
                ('came_from', models.CharField(max_length=24)),
                ('went_to', models.CharField(max_length=24)),
                ('at', models.DateTimeField()),
                ('reason', models.TextField(blank=True)),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('row', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='history', to='contracts.link')),
            ],
            options={
                'ordering': ('pk',),
                'abstract': False,
            },
        ),
        migrations.AddConstraint(
            model_name='link',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['seen', 'related', 'unrelated'])), name='link_status_known'),
        ),
        migrations.AddConstraint(
            model_name='link',
            constraint=models.UniqueConstraint(fields=('organisation', 'expert', 'kind'), name='link_once'),
        ),
        migrations.AddConstraint(
            model_name='link',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ('former', 'invited', 'elsewhere', 'device', 'network', 'domain'))), name='link_is_to_be_judged'),
        ),
        migrations.AddConstraint(
            model_name='link',
            constraint=models.CheckConstraint(condition=models.Q(('status', 'seen'), models.Q(('reason', ''), _negated=True), _connector='OR'), name='link_judged_with_a_reason'),
        ),
        migrations.RunSQL(LAY, LIFT),
    ]
