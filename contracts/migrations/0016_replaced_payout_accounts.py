"""Payout accounts that were rejected, or closed and replaced."""

import django.db.models.deletion
import marketplace.kit.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("contracts", "0015_bonuses"), ("experts", "0020_saved_replies")]

    operations = [
        migrations.CreateModel(
            name='FormerPayoutAccount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('stripe_id', models.CharField(max_length=255, unique=True)),
                ('replaced_at', models.DateTimeField()),
            ],
            options={
                'ordering': ('pk',),
            },
        ),
        migrations.AddField(
            model_name='payoutaccount',
            name='is_rejected',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='formerpayoutaccount',
            name='expert',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='former_payout_accounts', to='experts.expert'),
        ),
    ]
