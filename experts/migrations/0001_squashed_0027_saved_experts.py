"""Lays all of experts at once; an older installation goes on with what this replaces."""

from pathlib import Path

import datetime
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import experts.models.evidence
import marketplace.kit.models
from django.conf import settings
from django.db import migrations, models


def sql(name):
    return (Path(__file__).parent / f'{name}.sql').read_text(encoding='utf-8')


class Migration(migrations.Migration):

    replaces = [
        ('experts', '0001_initial'),
        ('experts', '0002_badge_suspended_revoked'),
        ('experts', '0003_model_scopes'),
        ('experts', '0004_credential'),
        ('experts', '0005_key_distrusted'),
        ('experts', '0006_work_record_scores'),
        ('experts', '0007_evidence_shown'),
        ('experts', '0008_uploads'),
        ('experts', '0009_evidence_sources'),
        ('experts', '0010_checks'),
        ('experts', '0011_references'),
        ('experts', '0012_preparation'),
        ('experts', '0013_seats'),
        ('experts', '0014_seats_of_present_cases'),
        ('experts', '0015_seats_hold'),
        ('experts', '0016_appeal'),
        ('experts', '0017_ties_and_conflicts'),
        ('experts', '0018_two_grants'),
        ('experts', '0019_trail'),
        ('experts', '0020_saved_replies'),
        ('experts', '0021_follows_lost_dispute'),
        ('experts', '0022_told_score'),
        ('experts', '0023_desk_choice'),
        ('experts', '0024_check_label'),
        ('experts', '0025_search_document'),
        ('experts', '0026_search_sets'),
        ('experts', '0027_saved_experts'),
    ]

    initial = True

    dependencies = [
        ('accounts', '0001_squashed_0011_sanctions'),
    ]

    operations = [
        migrations.CreateModel(
            name='ModelFamily',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(unique=True)),
                ('name', models.CharField(max_length=60)),
                ('modality', models.CharField(max_length=40)),
                ('position', models.PositiveSmallIntegerField()),
            ],
            options={
                'verbose_name_plural': 'model families',
                'ordering': ('position',),
            },
        ),
        migrations.CreateModel(
            name='Surface',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(unique=True)),
                ('name', models.CharField(max_length=80)),
                ('lifecycle', models.CharField(choices=[('active', 'Active'), ('legacy', 'Legacy'), ('deprecated', 'Deprecated'), ('shutdown', 'Shut down')], max_length=10)),
                ('shutdown_on', models.DateField(blank=True, null=True)),
                ('replacement', models.CharField(blank=True, max_length=120)),
                ('note', models.CharField(blank=True, max_length=300)),
            ],
        ),
        migrations.CreateModel(
            name='ModelRelease',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('api_id', models.CharField(max_length=80, unique=True)),
                ('released_on', models.DateField(blank=True, null=True)),
                ('deprecated_on', models.DateField(blank=True, null=True)),
                ('shutdown_on', models.DateField(blank=True, null=True)),
                ('lifecycle', models.CharField(choices=[('active', 'Active'), ('legacy', 'Legacy'), ('deprecated', 'Deprecated'), ('shutdown', 'Shut down')], max_length=10)),
                ('replacement', models.CharField(blank=True, max_length=120)),
                ('note', models.CharField(blank=True, max_length=200)),
                ('source', models.CharField(max_length=200)),
                ('checked_on', models.DateField()),
                ('family', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='releases', to='experts.modelfamily')),
            ],
            options={
                'ordering': ('family', 'pk'),
                'constraints': [models.CheckConstraint(condition=models.Q(('lifecycle__in', ['active', 'legacy', 'deprecated', 'shutdown'])), name='release_lifecycle_known')],
            },
        ),
        migrations.CreateModel(
            name='Skill',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(unique=True)),
                ('facet', models.CharField(choices=[('capability', 'Capability'), ('assurance', 'Assurance'), ('foundation', 'Foundation')], max_length=12)),
                ('name', models.CharField(max_length=60)),
                ('title', models.CharField(max_length=120)),
                ('description', models.TextField()),
                ('accepted_evidence', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None)),
                ('refused_evidence', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None)),
                ('validity_months', models.PositiveSmallIntegerField()),
                ('is_badgeable', models.BooleanField()),
                ('position', models.PositiveSmallIntegerField()),
            ],
            options={
                'ordering': ('position',),
                'constraints': [models.CheckConstraint(condition=models.Q(('facet__in', ['capability', 'assurance', 'foundation'])), name='skill_facet_known')],
            },
        ),
        migrations.CreateModel(
            name='Rubric',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveSmallIntegerField()),
                ('minimum_means', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), size=3)),
                ('minimum_each', models.PositiveSmallIntegerField()),
                ('published_at', models.DateTimeField()),
                ('skill', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rubrics', to='experts.skill')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('skill', 'version'), name='rubric_version_once')],
            },
        ),
        migrations.CreateModel(
            name='Criterion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('key', models.SlugField()),
                ('name', models.CharField(max_length=80)),
                ('question', models.TextField()),
                ('anchors', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=6)),
                ('rubric', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='criteria', to='experts.rubric')),
            ],
            options={
                'ordering': ('position',),
                'constraints': [models.UniqueConstraint(fields=('rubric', 'key'), name='criterion_once')],
            },
        ),
        migrations.CreateModel(
            name='SkillAlias',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('alias', models.CharField(max_length=80, unique=True)),
                ('hint', models.CharField(blank=True, max_length=200)),
                ('skill', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='aliases', to='experts.skill')),
                ('release', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='aliases', to='experts.modelrelease')),
            ],
        ),
        migrations.CreateModel(
            name='SkillRelation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('broader', 'is broader than'), ('requires', 'requires'), ('replaces', 'replaces')], max_length=8)),
                ('other', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='experts.skill')),
                ('skill', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='relations', to='experts.skill')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('skill', 'kind', 'other'), name='relation_once')],
            },
        ),
        migrations.CreateModel(
            name='Domain',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(unique=True)),
                ('name', models.CharField(max_length=60)),
                ('position', models.PositiveSmallIntegerField()),
            ],
            options={
                'ordering': ('position',),
            },
        ),
        migrations.CreateModel(
            name='Expert',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', marketplace.kit.models.PublicIdField(prefix='exp')),
                ('slug', models.SlugField(max_length=80, unique=True)),
                ('headline', models.CharField(max_length=120, verbose_name='headline')),
                ('overview', models.TextField(max_length=4000, verbose_name='overview')),
                ('place', models.CharField(blank=True, max_length=80, verbose_name='place')),
                ('country', models.CharField(max_length=2, verbose_name='country')),
                ('rate_minor', models.PositiveIntegerField(verbose_name='hourly rate')),
                ('currency', models.CharField(default='usd', max_length=3)),
                ('hours_per_week', models.PositiveSmallIntegerField(verbose_name='hours per week')),
                ('available_on', models.DateField(blank=True, null=True, verbose_name='available from')),
                ('languages', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=3), default=list, size=None)),
                ('is_open', models.BooleanField(default=True, verbose_name='open to new work')),
                ('created_at', models.DateTimeField()),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='expert', to=settings.AUTH_USER_MODEL)),
                ('domains', models.ManyToManyField(blank=True, related_name='experts', to='experts.domain')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('rate_minor__gt', 0)), name='expert_rate_positive'), models.CheckConstraint(condition=models.Q(('hours_per_week__gte', 1), ('hours_per_week__lte', 60)), name='expert_hours_sane')],
            },
        ),
        migrations.CreateModel(
            name='Application',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', marketplace.kit.models.PublicIdField(prefix='app')),
                ('level', models.PositiveSmallIntegerField(choices=[(1, 'Built it'), (2, 'Shipped it'), (3, 'Led it in production')], verbose_name='level')),
                ('claim', models.TextField(blank=True, max_length=600, verbose_name='claim')),
                ('created_at', models.DateTimeField()),
                ('submitted_at', models.DateTimeField(blank=True, null=True)),
                ('due_at', models.DateTimeField(blank=True, null=True)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('message', models.TextField(blank=True)),
                ('would_change', models.TextField(blank=True)),
                ('reapply_on', models.DateField(blank=True, null=True)),
                ('status', models.CharField(choices=[('draft', 'Draft'), ('submitted', 'In the queue'), ('reviewing', 'In review'), ('calibrating', 'With a lead'), ('changes_asked', 'Changes asked'), ('granted', 'Granted'), ('rejected', 'Rejected'), ('appealed', 'Appealed'), ('withdrawn', 'Withdrawn')], default='draft', max_length=24)),
                ('expert', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='applications', to='experts.expert')),
                ('rubric', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='applications', to='experts.rubric')),
                ('skill', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='applications', to='experts.skill')),
                ('built_on', models.ManyToManyField(blank=True, related_name='applications', to='experts.modelrelease')),
                ('asked_parts', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=16), blank=True, default=list, size=None)),
                ('clock_left', models.DurationField(default=datetime.timedelta(days=1, seconds=57600))),
                ('round', models.PositiveSmallIntegerField(default=0)),
                ('appeal', models.TextField(blank=True)),
                ('appealed_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('status__in', ('submitted', 'reviewing', 'calibrating', 'appealed'))), fields=['due_at'], name='application_queue')],
                'constraints': [models.CheckConstraint(condition=models.Q(('level__in', [1, 2, 3])), name='application_level_known'), models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'submitted', 'reviewing', 'calibrating', 'changes_asked', 'granted', 'rejected', 'appealed', 'withdrawn'])), name='application_status_known'), models.UniqueConstraint(condition=models.Q(('status__in', ('draft', 'submitted', 'reviewing', 'calibrating', 'changes_asked', 'appealed'))), fields=('expert', 'skill'), name='application_one_open')],
            },
        ),
        migrations.CreateModel(
            name='ApplicationEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verb', models.CharField(max_length=32)),
                ('came_from', models.CharField(max_length=24)),
                ('went_to', models.CharField(max_length=24)),
                ('at', models.DateTimeField()),
                ('reason', models.TextField(blank=True)),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('row', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='history', to='experts.application')),
            ],
            options={
                'ordering': ('pk',),
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Badge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', marketplace.kit.models.PublicIdField(prefix='bdg')),
                ('level', models.PositiveSmallIntegerField(choices=[(1, 'Built it'), (2, 'Shipped it'), (3, 'Led it in production')])),
                ('issued_on', models.DateField()),
                ('valid_until', models.DateField()),
                ('status', models.CharField(choices=[('granted', 'Granted'), ('active', 'Valid'), ('aging', 'Ageing'), ('lapsed', 'Lapsed'), ('superseded', 'Replaced by a newer badge'), ('suspended', 'Suspended'), ('revoked', 'Revoked')], default='granted', max_length=24)),
                ('application', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='badge', to='experts.application')),
                ('granted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='badges_granted', to=settings.AUTH_USER_MODEL)),
                ('expert', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='badges', to='experts.expert')),
                ('skill', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='badges', to='experts.skill')),
                ('public_reason', models.TextField(blank=True)),
                ('full_term_until', models.DateField()),
            ],
            options={
                'ordering': ('-level', 'skill__position'),
                'indexes': [models.Index(condition=models.Q(('status__in', ('active', 'aging'))), fields=['skill', 'level'], name='badge_valid_by_skill')],
                'constraints': [models.CheckConstraint(condition=models.Q(('level__in', [1, 2, 3])), name='badge_level_known'), models.UniqueConstraint(condition=models.Q(('status__in', ('active', 'aging'))), fields=('expert', 'skill'), name='badge_one_valid_per_skill'), models.CheckConstraint(condition=models.Q(('status__in', ['granted', 'active', 'aging', 'lapsed', 'superseded', 'suspended', 'revoked'])), name='badge_status_known')],
            },
        ),
        migrations.CreateModel(
            name='BadgeEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verb', models.CharField(max_length=32)),
                ('came_from', models.CharField(max_length=24)),
                ('went_to', models.CharField(max_length=24)),
                ('at', models.DateTimeField()),
                ('reason', models.TextField(blank=True)),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('row', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='history', to='experts.badge')),
            ],
            options={
                'ordering': ('pk',),
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Review',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', marketplace.kit.models.PublicIdField(prefix='rvw')),
                ('verdict', models.CharField(blank=True, choices=[('granted', 'Granted'), ('rejected', 'Rejected'), ('changes_asked', 'Changes asked')], max_length=16)),
                ('message', models.TextField(blank=True)),
                ('note', models.TextField(blank=True, verbose_name='internal note')),
                ('created_at', models.DateTimeField()),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='experts.application')),
                ('reviewer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to=settings.AUTH_USER_MODEL)),
                ('claimed_at', models.DateTimeField(blank=True, null=True)),
                ('given_at', models.DateTimeField(blank=True, null=True)),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('level', models.PositiveSmallIntegerField(blank=True, choices=[(1, 'Built it'), (2, 'Shipped it'), (3, 'Led it in production')], null=True)),
                ('parts', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('claim', 'The claim'), ('evidence', 'The evidence'), ('own_share', 'Your own share of the work'), ('method', 'How it was measured'), ('reference', 'The reference')], max_length=16), default=list, size=None)),
                ('reapply_on', models.DateField(blank=True, null=True)),
                ('round', models.PositiveSmallIntegerField()),
                ('seat', models.CharField(choices=[('first', 'First review'), ('second', 'Second review'), ('lead', 'Calibration'), ('appeal', 'Appeal')], max_length=8)),
                ('status', models.CharField(choices=[('open', 'Waits for a reviewer'), ('claimed', 'With a reviewer'), ('given', 'Given'), ('dropped', 'No longer needed')], default='open', max_length=24)),
                ('would_change', models.TextField(blank=True)),
            ],
            options={
                'ordering': ('-pk',),
                'indexes': [models.Index(condition=models.Q(('status__in', ('open', 'claimed'))), fields=['application', 'seat'], name='review_pending')],
                'constraints': [models.CheckConstraint(condition=models.Q(('status__in', ['open', 'claimed', 'given', 'dropped'])), name='review_status_known'), models.CheckConstraint(condition=models.Q(('seat__in', ['first', 'second', 'lead', 'appeal'])), name='review_seat_known'), models.UniqueConstraint(fields=('application', 'round', 'seat'), name='review_seat_once'), models.UniqueConstraint(fields=('application', 'round', 'reviewer'), name='review_person_once'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'claimed'), _negated=True), models.Q(('claimed_at__isnull', False), ('lease_until__isnull', False), ('reviewer__isnull', False)), _connector='OR'), name='review_claimed_by_somebody'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'given'), _negated=True), models.Q(('reviewer__isnull', False), ('verdict__in', ['granted', 'rejected', 'changes_asked'])), _connector='OR'), name='review_given_by_somebody')],
            },
        ),
        migrations.CreateModel(
            name='Score',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('points', models.PositiveSmallIntegerField()),
                ('finding', models.TextField(blank=True)),
                ('criterion', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='experts.criterion')),
                ('review', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='scores', to='experts.review')),
            ],
            options={
                'ordering': ('criterion__position',),
                'constraints': [models.UniqueConstraint(fields=('review', 'criterion'), name='score_once'), models.CheckConstraint(condition=models.Q(('points__gte', 0), ('points__lte', 5)), name='score_in_range')],
            },
        ),
        migrations.CreateModel(
            name='ExpertSkill',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('expert', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='claimed_skills', to='experts.expert')),
                ('skill', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='experts.skill')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('expert', 'skill'), name='expert_skill_once')],
            },
        ),
        migrations.CreateModel(
            name='WorkRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(max_length=32, unique=True)),
                ('title', models.CharField(max_length=120)),
                ('client_name', models.CharField(max_length=120)),
                ('completed_on', models.DateField()),
                ('rating', models.PositiveSmallIntegerField()),
                ('quote', models.TextField(blank=True)),
                ('amount_band', models.CharField(choices=[('small', 'Under $100'), ('under_1', 'Under $1k'), ('from_1', '$1k to $5k'), ('from_5', '$5k to $20k'), ('from_20', '$20k to $50k'), ('from_50', '$50k to $100k'), ('from_100', 'Over $100k')], max_length=8)),
                ('expert', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='work_records', to='experts.expert')),
                ('is_linked', models.BooleanField(default=False)),
                ('outcome', models.CharField(blank=True, choices=[('on_time', 'On time'), ('late', 'Late')], max_length=8)),
                ('replied_on', models.DateField(blank=True, null=True)),
                ('reply', models.TextField(blank=True)),
                ('scores', models.JSONField(default=dict)),
                ('follows_lost_dispute', models.BooleanField(default=False)),
            ],
            options={
                'ordering': ('-completed_on', '-pk'),
                'constraints': [models.CheckConstraint(condition=models.Q(('rating__gte', 1), ('rating__lte', 5)), name='work_rating_in_range'), models.CheckConstraint(condition=models.Q(('outcome__in', ['', 'on_time', 'late'])), name='work_outcome_known'), models.CheckConstraint(condition=models.Q(('amount_band__in', ['small', 'under_1', 'from_1', 'from_5', 'from_20', 'from_50', 'from_100'])), name='work_band_known')],
            },
        ),
        migrations.CreateModel(
            name='LoadedEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('noun', models.CharField(max_length=40)),
                ('key', models.CharField(max_length=200)),
                ('values', models.JSONField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('noun', 'key'), name='entry_loaded_once')],
            },
        ),
        migrations.CreateModel(
            name='ReleaseChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('columns', models.JSONField()),
                ('reason', models.CharField(max_length=200)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('release', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='experts.modelrelease')),
            ],
            options={
                'ordering': ('-pk',),
            },
        ),
        migrations.CreateModel(
            name='SigningKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kid', models.CharField(max_length=32, unique=True)),
                ('public', models.CharField(max_length=43, unique=True)),
                ('first_used_at', models.DateTimeField()),
                ('distrusted_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ('pk',),
            },
        ),
        migrations.CreateModel(
            name='Credential',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('jwt', models.TextField()),
                ('position', models.PositiveIntegerField(unique=True)),
                ('valid_until', models.DateField()),
                ('issued_at', models.DateTimeField()),
                ('replaced_at', models.DateTimeField(blank=True, null=True)),
                ('badge', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='credentials', to='experts.badge')),
                ('key', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='credentials', to='experts.signingkey')),
            ],
            options={
                'ordering': ('-pk',),
                'constraints': [models.UniqueConstraint(condition=models.Q(('replaced_at', None)), fields=('badge',), name='credential_one_current')],
            },
        ),
        migrations.CreateModel(
            name='Upload',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', marketplace.kit.models.PublicIdField(prefix='upl')),
                ('file', models.FileField(upload_to=experts.models.evidence.private_name, verbose_name='file')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('size', models.PositiveIntegerField(verbose_name='bytes')),
                ('sha256', models.CharField(max_length=64)),
                ('created_at', models.DateTimeField()),
                ('due_at', models.DateTimeField()),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('signature', models.CharField(blank=True, max_length=200)),
                ('status', models.CharField(choices=[('received', 'Received'), ('quarantined', 'Being scanned'), ('clean', 'Clean'), ('refused', 'Refused by the scanner'), ('discarded', 'Deleted')], default='received', max_length=24)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('status', 'quarantined')), fields=['due_at'], name='upload_due')],
                'constraints': [models.CheckConstraint(condition=models.Q(('status__in', ['received', 'quarantined', 'clean', 'refused', 'discarded'])), name='upload_status_known')],
            },
        ),
        migrations.CreateModel(
            name='UploadEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verb', models.CharField(max_length=32)),
                ('came_from', models.CharField(max_length=24)),
                ('went_to', models.CharField(max_length=24)),
                ('at', models.DateTimeField()),
                ('reason', models.TextField(blank=True)),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('row', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='history', to='experts.upload')),
            ],
            options={
                'ordering': ('pk',),
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(max_length=32, unique=True)),
                ('title', models.CharField(max_length=120)),
                ('client_name', models.CharField(max_length=120)),
                ('released_on', models.DateField()),
                ('amount_band', models.CharField(choices=[('small', 'Under $100'), ('under_1', 'Under $1k'), ('from_1', '$1k to $5k'), ('from_5', '$5k to $20k'), ('from_20', '$20k to $50k'), ('from_50', '$50k to $100k'), ('from_100', 'Over $100k')], max_length=8)),
                ('expert', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='deliveries', to='experts.expert')),
            ],
            options={
                'ordering': ('-released_on', '-pk'),
                'constraints': [models.CheckConstraint(condition=models.Q(('amount_band__in', ['small', 'under_1', 'from_1', 'from_5', 'from_20', 'from_50', 'from_100'])), name='delivery_band_known')],
            },
        ),
        migrations.CreateModel(
            name='Evidence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', marketplace.kit.models.PublicIdField(prefix='evd')),
                ('kind', models.CharField(choices=[('repository', 'Repository'), ('live_demo', 'Live demo'), ('evaluation_report', 'Evaluation report'), ('write_up', 'Write-up'), ('client_reference', 'Client reference'), ('confirmed_milestone', 'Confirmed milestone'), ('external_certificate', 'External certificate')], max_length=20, verbose_name='kind')),
                ('title', models.CharField(max_length=120, verbose_name='title')),
                ('url', models.URLField(blank=True, max_length=500, verbose_name='link')),
                ('claim', models.TextField(max_length=400, verbose_name='what it shows')),
                ('own_share', models.PositiveSmallIntegerField(verbose_name='your share of the work, per cent')),
                ('before', models.CharField(blank=True, max_length=20, verbose_name='before')),
                ('after', models.CharField(blank=True, max_length=20, verbose_name='after')),
                ('created_at', models.DateTimeField()),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='evidence', to='experts.application')),
                ('shown', models.CharField(blank=True, choices=[('everything', 'Everything'), ('title', 'The title only'), ('nothing', 'Nothing')], max_length=12, verbose_name='what strangers may see')),
                ('upload', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='evidence', to='experts.upload')),
                ('made_on', models.DateField(blank=True, null=True, verbose_name='finished on')),
                ('proof', models.CharField(blank=True, choices=[('code', 'A code in the repository or on the page'), ('commit', 'A commit under an address of mine')], max_length=8, verbose_name='proof')),
                ('proof_url', models.URLField(blank=True, max_length=500, verbose_name='where the proof is')),
                ('referee_email', models.EmailField(blank=True, max_length=254, verbose_name='work address of the referee')),
                ('referee_name', models.CharField(blank=True, max_length=120, verbose_name='name of the referee')),
                ('delivery', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='shown_in', to='experts.delivery')),
            ],
            options={
                'ordering': ('pk',),
                'constraints': [models.CheckConstraint(condition=models.Q(('own_share__gte', 1), ('own_share__lte', 100)), name='evidence_share_per_cent'), models.CheckConstraint(condition=models.Q(('shown__in', ['', 'everything', 'title', 'nothing'])), name='evidence_shown_known'), models.CheckConstraint(condition=models.Q(models.Q(('delivery', None), ('referee_email', ''), ('upload', None), ('url__gt', '')), models.Q(('delivery', None), ('referee_email', ''), ('upload__isnull', False), ('url', '')), models.Q(('delivery__isnull', False), ('referee_email', ''), ('upload', None), ('url', '')), models.Q(('delivery', None), ('referee_email__gt', ''), ('upload', None), ('url', '')), _connector='OR'), name='evidence_one_source'), models.CheckConstraint(condition=models.Q(('kind__in', ['repository', 'live_demo', 'evaluation_report', 'write_up', 'client_reference', 'confirmed_milestone', 'external_certificate'])), name='evidence_kind_known'), models.CheckConstraint(condition=models.Q(('proof__in', ['', 'code', 'commit'])), name='evidence_proof_known')],
            },
        ),
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
                ('status', models.CharField(choices=[('pending', 'Being checked'), ('passed', 'Confirmed'), ('failed', 'Not confirmed'), ('unclear', 'A person looks')], default='pending', max_length=24)),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='checks', to='experts.application')),
                ('evidence', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='checks', to='experts.evidence')),
            ],
            options={
                'ordering': ('pk',),
                'indexes': [models.Index(condition=models.Q(('status', 'pending')), fields=['due_at'], name='check_due')],
                'constraints': [models.CheckConstraint(condition=models.Q(('status__in', ['pending', 'passed', 'failed', 'unclear'])), name='check_status_known'), models.CheckConstraint(condition=models.Q(('kind__in', ['link', 'snapshot', 'authorship', 'reference', 'certificate', 'delivery', 'dates', 'duplicate', 'secrets'])), name='check_kind_known'), models.UniqueConstraint(fields=('application', 'evidence', 'kind'), name='check_once', nulls_distinct=False)],
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
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('row', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='history', to='experts.check')),
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
                ('evidence', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='snapshots', to='experts.evidence')),
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
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='wordings', to='experts.application')),
                ('evidence', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='wordings', to='experts.evidence')),
            ],
            options={
                'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['sketch'], name='wording_sketch')],
                'constraints': [models.UniqueConstraint(fields=('application', 'evidence', 'part'), name='wording_once', nulls_distinct=False)],
            },
        ),
        migrations.CreateModel(
            name='Reference',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', marketplace.kit.models.PublicIdField(prefix='ref')),
                ('name', models.CharField(max_length=120)),
                ('email', models.EmailField(max_length=254)),
                ('words', models.TextField(blank=True)),
                ('asked_at', models.DateTimeField(blank=True, null=True)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('status', models.CharField(choices=[('draft', 'Not asked yet'), ('asked', 'Asked'), ('confirmed', 'Confirmed'), ('denied', 'Denied'), ('expired', 'No answer')], default='draft', max_length=24)),
                ('evidence', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='references', to='experts.evidence')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'asked', 'confirmed', 'denied', 'expired'])), name='reference_status_known'), models.UniqueConstraint(fields=('evidence', 'email'), name='reference_asked_once')],
            },
        ),
        migrations.CreateModel(
            name='ReferenceEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verb', models.CharField(max_length=32)),
                ('came_from', models.CharField(max_length=24)),
                ('went_to', models.CharField(max_length=24)),
                ('at', models.DateTimeField()),
                ('reason', models.TextField(blank=True)),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('row', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='history', to='experts.reference')),
            ],
            options={
                'ordering': ('pk',),
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='LiveSlot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', marketplace.kit.models.PublicIdField(prefix='slot')),
                ('starts_at', models.DateTimeField()),
                ('chosen_at', models.DateTimeField(blank=True, null=True)),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='slots', to='experts.application')),
                ('chosen_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('starts_at',),
                'constraints': [models.UniqueConstraint(fields=('application', 'starts_at'), name='slot_once'), models.UniqueConstraint(condition=models.Q(('chosen_at__isnull', False)), fields=('application',), name='slot_one_chosen'), models.CheckConstraint(condition=models.Q(models.Q(('chosen_at', None), ('chosen_by', None)), models.Q(('chosen_at__isnull', False), ('chosen_by__isnull', False)), _connector='OR'), name='slot_chosen_by_somebody')],
            },
        ),
        migrations.CreateModel(
            name='TaskDraft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('task', models.CharField(max_length=64)),
                ('typed', models.JSONField()),
                ('saved_at', models.DateTimeField()),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='drafts', to='experts.application')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('application', 'task'), name='task_draft_once')],
            },
        ),
        migrations.CreateModel(
            name='ReviewEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verb', models.CharField(max_length=32)),
                ('came_from', models.CharField(max_length=24)),
                ('went_to', models.CharField(max_length=24)),
                ('at', models.DateTimeField()),
                ('reason', models.TextField(blank=True)),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('row', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='history', to='experts.review')),
            ],
            options={
                'ordering': ('pk',),
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Tie',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(max_length=32, unique=True)),
                ('until', models.DateField(blank=True, null=True)),
                ('expert', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='ties', to='experts.expert')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='ties', to='accounts.organisation')),
            ],
        ),
        migrations.CreateModel(
            name='TrailEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('act', models.CharField(choices=[('looked', 'Looked at the case'), ('opened', 'Opened a file of the evidence'), ('took', 'Took the case'), ('took_over', 'Took the case after a lease ran out'), ('handed_back', 'Handed the case back'), ('judged', 'Gave a judgement'), ('decided', 'Ended the case'), ('suspended', 'Suspended the badge'), ('reinstated', 'Reinstated the badge'), ('revoked', 'Revoked the badge')], max_length=12)),
                ('at', models.DateTimeField()),
                ('about', models.CharField(blank=True, max_length=200)),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='trail', to='experts.application')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name_plural': 'trail entries',
                'ordering': ('pk',),
            },
        ),
        migrations.CreateModel(
            name='SavedReply',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', marketplace.kit.models.PublicIdField(prefix='rpl')),
                ('verdict', models.CharField(choices=[('granted', 'Granted'), ('rejected', 'Rejected'), ('changes_asked', 'Changes asked')], max_length=16, verbose_name='for')),
                ('message', models.TextField(max_length=2000, verbose_name='note to the applicant')),
                ('would_change', models.TextField(blank=True, max_length=600, verbose_name='the one thing that would change it')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
            ],
            options={
                'verbose_name_plural': 'saved replies',
                'ordering': ('verdict', 'position', 'pk'),
            },
        ),
        migrations.CreateModel(
            name='ToldScore',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('week', models.DateField()),
                ('told_on', models.DateField(blank=True, null=True)),
                ('score', models.FloatField(blank=True, null=True)),
                ('contracts', models.JSONField(default=dict)),
                ('expert', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='told_score', to='experts.expert')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('score', None), ('told_on', None)), models.Q(('score__isnull', False), ('told_on__isnull', False)), _connector='OR'), name='told_score_whole')],
            },
        ),
        migrations.CreateModel(
            name='DeskChoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('single_keys', models.BooleanField(default=True)),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='desk_choice', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='SearchDocument',
            fields=[
                ('expert', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='search_document', serialize=False, to='experts.expert')),
                ('quality', models.PositiveIntegerField()),
                ('rate_minor', models.PositiveIntegerField()),
                ('hours_per_week', models.PositiveSmallIntegerField()),
                ('free_on', models.DateField()),
                ('scored_on', models.DateField()),
                ('zone', models.IntegerField()),
                ('facets', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
                ('lexemes', django.contrib.postgres.search.SearchVectorField()),
            ],
            options={
                'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['lexemes'], name='search_lexemes'), models.Index(fields=['-quality', 'expert'], name='search_quality'), models.Index(fields=['rate_minor', 'expert'], name='search_rate'), models.Index(fields=['free_on', 'expert'], name='search_free')],
            },
        ),
        migrations.CreateModel(
            name='SearchBase',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('made_at', models.DateTimeField()),
                ('experts', models.BinaryField()),
                ('qualities', models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name='SearchChange',
            fields=[
                ('expert_id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('version', models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='SearchSet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('column', models.CharField(max_length=14)),
                ('value', models.BigIntegerField()),
                ('places', models.BinaryField()),
                ('base', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sets', to='experts.searchbase')),
            ],
        ),
        migrations.CreateModel(
            name='SavedExpert',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField()),
                ('expert', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='saved_by', to='experts.expert')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='saved_experts', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('-created_at', '-pk'),
                'constraints': [models.UniqueConstraint(fields=('user', 'expert'), name='saved_expert_once')],
            },
        ),
        migrations.RunSQL(sql('conflicts')),
        migrations.RunSQL(sql('two_grants')),
        migrations.RunSQL(sql('append_only')),
        migrations.RunSQL(sql('narrow_documents')),
        migrations.RunSQL(sql('search_changes')),
    ]
