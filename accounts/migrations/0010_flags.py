"""Lets people report things to our staff."""

import django.db.models.deletion
import marketplace.kit.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0009_first_payment'),
    ]

    operations = [
        migrations.CreateModel(
            name='Flag',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', marketplace.kit.models.PublicIdField(prefix='flg')),
                ('kind', models.CharField(max_length=16)),
                ('about', models.CharField(max_length=40)),
                ('title', models.CharField(max_length=200)),
                ('url', models.CharField(max_length=200)),
                ('reason', models.CharField(choices=[('scam', 'It looks like a fraud'), ('elsewhere', 'It asks to talk or pay outside this site'), ('untrue', 'It claims what is not true'), ('abuse', 'It is insulting or discriminating'), ('spam', 'It is advertising, or posted again and again'), ('other', 'Something else')], max_length=12)),
                ('note', models.TextField(blank=True, max_length=1000)),
                ('created_at', models.DateTimeField()),
                ('answer', models.TextField(blank=True, max_length=1000)),
                ('status', models.CharField(choices=[('draft', 'Draft'), ('open', 'Open'), ('dismissed', 'Nothing to object to'), ('upheld', 'Upheld')], default='draft', max_length=24)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='flags', to=settings.AUTH_USER_MODEL)),
                ('owners', models.ManyToManyField(blank=True, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('created_at', 'pk'),
            },
        ),
        migrations.CreateModel(
            name='FlagEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verb', models.CharField(max_length=32)),
                ('came_from', models.CharField(max_length=24)),
                ('went_to', models.CharField(max_length=24)),
                ('at', models.DateTimeField()),
                ('reason', models.TextField(blank=True)),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('row', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='history', to='accounts.flag')),
            ],
            options={
                'ordering': ('pk',),
                'abstract': False,
            },
        ),
        migrations.AddIndex(
            model_name='flag',
            index=models.Index(condition=models.Q(('status', 'open')), fields=['created_at'], name='flag_open'),
        ),
        migrations.AddConstraint(
            model_name='flag',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'open', 'dismissed', 'upheld'])), name='flag_status_known'),
        ),
        migrations.AddConstraint(
            model_name='flag',
            constraint=models.UniqueConstraint(condition=models.Q(('status__in', ('draft', 'open'))), fields=('kind', 'about', 'by'), name='flag_once_at_a_time'),
        ),
    ]
