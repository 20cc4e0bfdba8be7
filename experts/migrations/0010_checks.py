import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import marketplace.kit.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('experts', '0009_evidence_sources'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Check',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', marketplace.kit.models.PublicIdField(prefix='chk')),
                ('kind', models.CharField(choices=[('link', 'The link answers'), ('snapshot', 'A snapshot is kept'), ('authorship', "It is the applicant's own"), ('reference', 'The referee confirms it'), ('certificate', 'The certificate is public'), ('delivery', 'The client released the payment'), ('dates', 'It is recent'), ('duplicate', "The words are the applicant's own"), ('secrets', 'No secret is published')], max_length=12)),
                ('sentence', models.TextField(blank=True)),
                ('proof', models.JSONField(default=dict)),
                ('created_at', models.DateTimeField()),
                ('due_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('status', models.CharField(choices=[('pending', 'Being checked'), ('passed', 'Confirmed'), ('failed', 'Not confirmed'), ('unclear', 'Look yourself')], default='pending', max_length=24)),
            ],
            options={
                'ordering': ('pk',),
            },
        ),
        migrations.CreateModel(
            name='CheckEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verb', models.CharField(max_length=32)),
                ('came_from', models.CharField(max_length=24)),
                ('went_to', models.CharField(max_length=24)),
                ('at', models.DateTimeField()),
                ('reason', models.TextField(blank=True)),
            ],
            options={
                'ordering': ('pk',),
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Snapshot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('taken_at', models.DateTimeField()),
                ('url', models.URLField(blank=True, max_length=2000)),
                ('content_type', models.CharField(blank=True, max_length=120)),
                ('size', models.PositiveIntegerField()),
                ('sha256', models.CharField(max_length=64)),
                ('words_sha256', models.CharField(max_length=64)),
            ],
            options={
                'ordering': ('pk',),
            },
        ),
        migrations.CreateModel(
            name='Wording',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('part', models.CharField(choices=[('claim', 'the claim'), ('page', 'the page or file')], max_length=8)),
                ('text', models.TextField()),
                ('sketch', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
            ],
        ),
        migrations.AddField(
            model_name='check',
            name='application',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='checks', to='experts.application'),
        ),
        migrations.AddField(
            model_name='check',
            name='evidence',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='checks', to='experts.evidence'),
        ),
        migrations.AddField(
            model_name='checkevent',
            name='by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='checkevent',
            name='row',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='history', to='experts.check'),
        ),
        migrations.AddField(
            model_name='snapshot',
            name='evidence',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='snapshots', to='experts.evidence'),
        ),
        migrations.AddField(
            model_name='wording',
            name='application',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='wordings', to='experts.application'),
        ),
        migrations.AddField(
            model_name='wording',
            name='evidence',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='wordings', to='experts.evidence'),
        ),
        migrations.AddIndex(
            model_name='check',
            index=models.Index(condition=models.Q(('status', 'pending')), fields=['due_at'], name='check_due'),
        ),
        migrations.AddConstraint(
            model_name='check',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['pending', 'passed', 'failed', 'unclear'])), name='check_status_known'),
        ),
        migrations.AddConstraint(
            model_name='check',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['link', 'snapshot', 'authorship', 'reference', 'certificate', 'delivery', 'dates', 'duplicate', 'secrets'])), name='check_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='check',
            constraint=models.UniqueConstraint(fields=('application', 'evidence', 'kind'), name='check_once', nulls_distinct=False),
        ),
        migrations.AddIndex(
            model_name='wording',
            index=django.contrib.postgres.indexes.GinIndex(fields=['sketch'], name='wording_sketch'),
        ),
        migrations.AddConstraint(
            model_name='wording',
            constraint=models.UniqueConstraint(fields=('application', 'evidence', 'part'), name='wording_once', nulls_distinct=False),
        ),
    ]
