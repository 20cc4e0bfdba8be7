"""Lays all of jobs at once; an older installation goes on with what this replaces."""

from pathlib import Path

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import marketplace.kit.models
from django.conf import settings
from django.db import migrations, models


def sql(name):
    return (Path(__file__).parent / f'{name}.sql').read_text(encoding='utf-8')


class Migration(migrations.Migration):

    replaces = [
        ('jobs', '0001_initial'),
        ('jobs', '0002_conversations'),
        ('jobs', '0003_interviews'),
        ('jobs', '0004_silence'),
        ('jobs', '0005_invitations'),
        ('jobs', '0006_taken_down'),
        ('jobs', '0007_reports_are_flags'),
        ('jobs', '0008_evidence'),
        ('jobs', '0009_visitor_drafts'),
        ('jobs', '0010_saved_searches'),
        ('jobs', '0011_reviews'),
        ('jobs', '0012_alerts'),
        ('jobs', '0013_languages'),
        ('jobs', '0014_job_words'),
    ]

    initial = True

    dependencies = [
        ('accounts', '0001_squashed_0011_sanctions'),
        ('experts', '0001_squashed_0027_saved_experts'),
    ]

    operations = [
        migrations.CreateModel(
            name='UseCase',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(unique=True)),
                ('position', models.PositiveSmallIntegerField()),
                ('name', models.CharField(max_length=80)),
                ('summary', models.CharField(max_length=200)),
                ('title_template', models.CharField(max_length=120)),
                ('scope_template', models.TextField()),
                ('prompts', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None)),
                ('checks', models.JSONField(default=list)),
                ('milestones', models.JSONField(default=list)),
                ('screening_question', models.CharField(max_length=300)),
                ('sensitivity', models.CharField(max_length=8)),
                ('budget_min_minor', models.PositiveIntegerField()),
                ('budget_max_minor', models.PositiveIntegerField()),
                ('weeks_min', models.PositiveSmallIntegerField()),
                ('weeks_max', models.PositiveSmallIntegerField()),
            ],
            options={
                'ordering': ('position',),
            },
        ),
        migrations.CreateModel(
            name='Job',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', marketplace.kit.models.PublicIdField(prefix='job')),
                ('title', models.CharField(max_length=120, verbose_name='title')),
                ('scope', models.TextField(max_length=6000, verbose_name='scope')),
                ('today', models.TextField(blank=True, max_length=3000, verbose_name='what you have today')),
                ('sensitivity', models.CharField(choices=[('none', 'No sensitive data'), ('personal', 'Personal data'), ('health', 'Health data'), ('finance', 'Financial data')], default='none', max_length=8, verbose_name='data sensitivity')),
                ('screening_question', models.CharField(blank=True, max_length=300, verbose_name='screening question')),
                ('budget_min_minor', models.BigIntegerField(blank=True, null=True, verbose_name='budget from')),
                ('budget_max_minor', models.BigIntegerField(blank=True, null=True, verbose_name='budget to')),
                ('currency', models.CharField(default='usd', max_length=3)),
                ('max_rate_minor', models.PositiveIntegerField(blank=True, null=True, verbose_name='highest hourly rate')),
                ('time_zone', models.CharField(default='UTC', max_length=64, verbose_name='your time zone')),
                ('shared_hours', models.PositiveSmallIntegerField(default=2, verbose_name='working hours to share')),
                ('weeks', models.PositiveSmallIntegerField(default=4, verbose_name='weeks')),
                ('visibility', models.CharField(choices=[('public', 'Public: anyone can read it'), ('members', 'Members: people who are signed in'), ('invited', 'Invite only: experts it fits and is sent to')], default='public', max_length=8, verbose_name='visibility')),
                ('created_at', models.DateTimeField()),
                ('published_at', models.DateTimeField(blank=True, null=True)),
                ('matched_at', models.DateTimeField(blank=True, null=True)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('outcome', models.CharField(blank=True, choices=[('hired_here', 'Hired here'), ('hired_elsewhere', 'Hired elsewhere'), ('cancelled', 'The project was cancelled'), ('no_budget', 'The budget was lost'), ('no_answer', 'The client did not come back to it'), ('removed', 'We took the job down')], max_length=16)),
                ('status', models.CharField(choices=[('draft', 'Draft'), ('in_review', 'In review'), ('open', 'Open'), ('paused', 'Paused'), ('filled', 'Filled'), ('closed', 'Closed'), ('removed', 'Removed')], default='draft', max_length=24)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='jobs', to='accounts.organisation')),
                ('posted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='jobs', to=settings.AUTH_USER_MODEL)),
                ('use_case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='jobs', to='jobs.usecase')),
                ('acted_at', models.DateTimeField(blank=True, null=True)),
                ('sketch', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, editable=False, size=None)),
                ('languages', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=3), size=None, verbose_name='languages of work')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('status', 'open')), fields=['-published_at'], name='job_board'), models.Index(condition=models.Q(('matched_at', None), ('status', 'open')), fields=['published_at'], name='job_to_match'), models.Index(condition=models.Q(('status__in', ('open', 'paused'))), fields=['acted_at'], name='job_silence'), django.contrib.postgres.indexes.GinIndex(fields=['sketch'], name='job_likes'), django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.search.SearchVector('title', 'scope', config='english'), name='job_words')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('budget_max_minor', None), ('budget_min_minor', None)), models.Q(('budget_max_minor__gte', models.F('budget_min_minor')), ('budget_min_minor__gt', 0)), _connector='OR'), name='job_budget_is_a_range'), models.CheckConstraint(condition=models.Q(('visibility__in', ('public', 'members', 'invited'))), name='job_visibility_known'), models.CheckConstraint(condition=models.Q(('shared_hours__lte', 8)), name='job_shared_hours_in_a_day'), models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'in_review', 'open', 'paused', 'filled', 'closed', 'removed'])), name='job_status_known'), models.CheckConstraint(condition=models.Q(('languages__len__gte', 1)), name='job_names_a_language')],
            },
        ),
        migrations.CreateModel(
            name='JobCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('metric', models.CharField(max_length=120, verbose_name='metric')),
                ('comparator', models.CharField(choices=[('>=', 'at least'), ('<=', 'at most'), ('=', 'exactly'), ('is', 'is')], max_length=2)),
                ('target', models.CharField(max_length=60, verbose_name='target')),
                ('unit', models.CharField(blank=True, max_length=20, verbose_name='unit')),
                ('how', models.CharField(blank=True, max_length=300, verbose_name='how it is measured')),
                ('job', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='checks', to='jobs.job')),
            ],
            options={
                'ordering': ('position',),
                'constraints': [models.UniqueConstraint(fields=('job', 'position'), name='job_check_position_once'), models.CheckConstraint(condition=models.Q(('comparator__in', ['>=', '<=', '=', 'is'])), name='job_check_comparator_known')],
            },
        ),
        migrations.CreateModel(
            name='JobEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verb', models.CharField(max_length=32)),
                ('came_from', models.CharField(max_length=24)),
                ('went_to', models.CharField(max_length=24)),
                ('at', models.DateTimeField()),
                ('reason', models.TextField(blank=True)),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('row', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='history', to='jobs.job')),
            ],
            options={
                'ordering': ('pk',),
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='JobSkill',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_must', models.BooleanField()),
                ('level', models.PositiveSmallIntegerField(choices=[(1, 'Built it'), (2, 'Shipped it'), (3, 'Led it in production')])),
                ('job', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='skills', to='jobs.job')),
                ('skill', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='experts.skill')),
            ],
            options={
                'ordering': ('-is_must', 'skill__position'),
                'constraints': [models.UniqueConstraint(fields=('job', 'skill'), name='job_skill_once'), models.CheckConstraint(condition=models.Q(('level__in', [1, 2, 3])), name='job_skill_level_known')],
            },
        ),
        migrations.CreateModel(
            name='PlannedMilestone',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('title', models.CharField(max_length=120, verbose_name='milestone')),
                ('share_percent', models.PositiveSmallIntegerField(verbose_name='share, per cent')),
                ('job', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='plan', to='jobs.job')),
            ],
            options={
                'ordering': ('position',),
                'constraints': [models.UniqueConstraint(fields=('job', 'position'), name='plan_position_once')],
            },
        ),
        migrations.CreateModel(
            name='Proposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', marketplace.kit.models.PublicIdField(prefix='prp')),
                ('cover_note', models.TextField(blank=True, max_length=4000, verbose_name='cover note')),
                ('answer', models.TextField(blank=True, max_length=2000, verbose_name='answer to the screening question')),
                ('currency', models.CharField(default='usd', max_length=3)),
                ('created_at', models.DateTimeField()),
                ('submitted_at', models.DateTimeField(blank=True, null=True)),
                ('viewed_at', models.DateTimeField(blank=True, null=True)),
                ('decline_reason', models.CharField(blank=True, choices=[('missing_skill', "Another expert's evidence fits the must-haves better"), ('price', 'The price is above our budget'), ('timing', 'The dates do not work for us'), ('checks', 'We need a firmer commitment to the checks'), ('no_reason', 'No reason given')], max_length=16)),
                ('decline_note', models.TextField(blank=True, max_length=1000)),
                ('status', models.CharField(choices=[('draft', 'Draft'), ('submitted', 'Sent'), ('shortlisted', 'Shortlisted'), ('archived', 'Archived'), ('offered', 'Offer made'), ('hired', 'Hired'), ('declined', 'Declined'), ('withdrawn', 'Withdrawn'), ('closed', 'Job closed')], default='draft', max_length=24)),
                ('expert', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='proposals', to='experts.expert')),
                ('job', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='proposals', to='jobs.job')),
                ('ai_use', models.CharField(blank=True, choices=[('none', 'I wrote it without AI'), ('helped', 'AI helped me to draft it'), ('generated', 'AI wrote it and I checked it')], max_length=12)),
                ('alike_to', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='alike', to='jobs.proposal')),
                ('shown_badges', models.ManyToManyField(blank=True, related_name='+', to='experts.badge')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'submitted', 'shortlisted', 'archived', 'offered', 'hired', 'declined', 'withdrawn', 'closed'])), name='proposal_status_known'), models.UniqueConstraint(condition=models.Q(('status__in', ('draft', 'submitted', 'shortlisted', 'archived', 'offered', 'hired'))), fields=('job', 'expert'), name='proposal_one_live')],
            },
        ),
        migrations.CreateModel(
            name='CheckAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('commits', models.BooleanField()),
                ('counter', models.CharField(blank=True, max_length=300, verbose_name='instead, and why')),
                ('job_check', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='jobs.jobcheck')),
                ('proposal', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='answers', to='jobs.proposal')),
            ],
            options={
                'ordering': ('job_check__position',),
                'constraints': [models.UniqueConstraint(fields=('proposal', 'job_check'), name='check_answered_once')],
            },
        ),
        migrations.CreateModel(
            name='ProposalEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verb', models.CharField(max_length=32)),
                ('came_from', models.CharField(max_length=24)),
                ('went_to', models.CharField(max_length=24)),
                ('at', models.DateTimeField()),
                ('reason', models.TextField(blank=True)),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('row', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='history', to='jobs.proposal')),
            ],
            options={
                'ordering': ('pk',),
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ProposedMilestone',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('title', models.CharField(max_length=120, verbose_name='milestone')),
                ('amount_minor', models.BigIntegerField(verbose_name='amount')),
                ('due_on', models.DateField(verbose_name='due')),
                ('proposal', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='milestones', to='jobs.proposal')),
            ],
            options={
                'ordering': ('position',),
                'constraints': [models.UniqueConstraint(fields=('proposal', 'position'), name='proposed_position_once'), models.CheckConstraint(condition=models.Q(('amount_minor__gt', 0)), name='proposed_amount_positive')],
            },
        ),
        migrations.CreateModel(
            name='UseCaseSkill',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_must', models.BooleanField()),
                ('level', models.PositiveSmallIntegerField(choices=[(1, 'Built it'), (2, 'Shipped it'), (3, 'Led it in production')])),
                ('skill', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='experts.skill')),
                ('use_case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='skills', to='jobs.usecase')),
            ],
            options={
                'ordering': ('-is_must', 'skill__position'),
                'constraints': [models.UniqueConstraint(fields=('use_case', 'skill'), name='use_case_skill_once')],
            },
        ),
        migrations.CreateModel(
            name='Conversation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', marketplace.kit.models.PublicIdField(prefix='cnv')),
                ('created_at', models.DateTimeField()),
                ('last_at', models.DateTimeField()),
                ('expert', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='conversations', to='experts.expert')),
                ('job', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='conversations', to='jobs.job')),
            ],
            options={
                'indexes': [models.Index(fields=['-last_at'], name='conversation_latest')],
                'constraints': [models.UniqueConstraint(fields=('job', 'expert'), name='conversation_one_per_pair')],
            },
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', marketplace.kit.models.PublicIdField(prefix='msg')),
                ('side', models.CharField(choices=[('client', 'Client'), ('expert', 'Expert')], max_length=6)),
                ('text', models.TextField(blank=True, max_length=4000, verbose_name='message')),
                ('lures', models.JSONField(blank=True, default=list)),
                ('created_at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('conversation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='jobs.conversation')),
            ],
            options={
                'ordering': ('created_at',),
                'constraints': [models.UniqueConstraint(fields=('conversation', 'created_at'), name='message_one_a_moment'), models.CheckConstraint(condition=models.Q(('side__in', ['client', 'expert'])), name='message_side')],
            },
        ),
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', marketplace.kit.models.PublicIdField(prefix='att')),
                ('upload', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='attachment', to='experts.upload')),
                ('message', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attachments', to='jobs.message')),
            ],
            options={
                'ordering': ('pk',),
            },
        ),
        migrations.CreateModel(
            name='Reading',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('conversation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='readings', to='jobs.conversation')),
                ('up_to', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='jobs.message')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('conversation', 'user'), name='reading_once')],
            },
        ),
        migrations.CreateModel(
            name='Block',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('side', models.CharField(choices=[('client', 'Client'), ('expert', 'Expert')], max_length=6)),
                ('since', models.DateTimeField()),
                ('lifted_at', models.DateTimeField(blank=True, null=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('expert', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='blocks', to='experts.expert')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='blocks', to='accounts.organisation')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('lifted_at', None)), fields=('organisation', 'expert', 'side'), name='block_one_open')],
            },
        ),
        migrations.CreateModel(
            name='Interview',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', marketplace.kit.models.PublicIdField(prefix='int')),
                ('side', models.CharField(choices=[('client', 'Client'), ('expert', 'Expert')], max_length=6)),
                ('minutes', models.PositiveSmallIntegerField(verbose_name='length')),
                ('link', models.URLField(blank=True, max_length=500, verbose_name='link')),
                ('note', models.CharField(blank=True, max_length=500, verbose_name='what you want to talk about')),
                ('created_at', models.DateTimeField()),
                ('starts_at', models.DateTimeField(blank=True, null=True)),
                ('status', models.CharField(choices=[('draft', 'Draft'), ('proposed', 'Waits for an answer'), ('agreed', 'Agreed'), ('declined', 'Declined'), ('withdrawn', 'Taken back'), ('cancelled', 'Called off')], default='draft', max_length=24)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('conversation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='interviews', to='jobs.conversation')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'proposed', 'agreed', 'declined', 'withdrawn', 'cancelled'])), name='interview_status_known'), models.UniqueConstraint(condition=models.Q(('status', 'proposed')), fields=('conversation',), name='interview_one_proposed'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'agreed'), _negated=True), ('starts_at__isnull', False), _connector='OR'), name='interview_agreed_has_a_time')],
            },
        ),
        migrations.CreateModel(
            name='InterviewEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verb', models.CharField(max_length=32)),
                ('came_from', models.CharField(max_length=24)),
                ('went_to', models.CharField(max_length=24)),
                ('at', models.DateTimeField()),
                ('reason', models.TextField(blank=True)),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('row', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='history', to='jobs.interview')),
            ],
            options={
                'ordering': ('pk',),
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='InterviewTime',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', marketplace.kit.models.PublicIdField(prefix='itm')),
                ('starts_at', models.DateTimeField()),
                ('interview', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='times', to='jobs.interview')),
            ],
            options={
                'ordering': ('starts_at',),
                'constraints': [models.UniqueConstraint(fields=('interview', 'starts_at'), name='interview_time_once')],
            },
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', marketplace.kit.models.PublicIdField(prefix='ivt')),
                ('note', models.TextField(blank=True, max_length=500, verbose_name='a word to the expert')),
                ('created_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('decline_reason', models.CharField(blank=True, choices=[('busy', 'I have no time for it'), ('price', 'The budget is too small'), ('fit', 'It is not my kind of work'), ('no_reason', 'No reason given')], max_length=12)),
                ('status', models.CharField(choices=[('sent', 'Invited'), ('viewed', 'Read'), ('accepted', 'Has proposed'), ('declined', 'Declined'), ('expired', 'Not answered in time')], default='sent', max_length=24)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('expert', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invitations', to='experts.expert')),
                ('job', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invitations', to='jobs.job')),
            ],
            options={
                'ordering': ('-created_at', '-pk'),
                'indexes': [models.Index(condition=models.Q(('status__in', ('sent', 'viewed'))), fields=['expires_at'], name='invitation_waiting')],
                'constraints': [models.CheckConstraint(condition=models.Q(('status__in', ['sent', 'viewed', 'accepted', 'declined', 'expired'])), name='invitation_status_known'), models.UniqueConstraint(fields=('job', 'expert'), name='invitation_once')],
            },
        ),
        migrations.CreateModel(
            name='InvitationEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verb', models.CharField(max_length=32)),
                ('came_from', models.CharField(max_length=24)),
                ('went_to', models.CharField(max_length=24)),
                ('at', models.DateTimeField()),
                ('reason', models.TextField(blank=True)),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('row', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='history', to='jobs.invitation')),
            ],
            options={
                'ordering': ('pk',),
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='MustAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=300, verbose_name='how you cover it')),
                ('proposal', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='must_answers', to='jobs.proposal')),
                ('skill', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='experts.skill')),
            ],
            options={
                'ordering': ('skill__position',),
                'constraints': [models.UniqueConstraint(fields=('proposal', 'skill'), name='must_answered_once')],
            },
        ),
        migrations.CreateModel(
            name='SentNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('passages', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ('proposal', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='sent_note', to='jobs.proposal')),
            ],
            options={
                'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['passages'], name='sent_note_passages')],
            },
        ),
        migrations.CreateModel(
            name='VisitorDraft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', marketplace.kit.models.PublicIdField(prefix='vis')),
                ('scope', models.JSONField(default=dict)),
                ('budget', models.JSONField(default=dict)),
                ('organisation_name', models.CharField(blank=True, max_length=120)),
                ('wants_preview', models.BooleanField(default=False)),
                ('touched_at', models.DateTimeField()),
                ('use_case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='jobs.usecase')),
            ],
            options={
                'indexes': [models.Index(fields=['touched_at'], name='visitor_draft_age')],
            },
        ),
        migrations.CreateModel(
            name='SavedSearch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', marketplace.kit.models.PublicIdField(prefix='srh')),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('query', models.TextField(max_length=2000)),
                ('created_at', models.DateTimeField()),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='saved_searches', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('name',),
                'constraints': [models.UniqueConstraint(fields=('user', 'name'), name='saved_search_once')],
            },
        ),
        migrations.CreateModel(
            name='Alert',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', marketplace.kit.models.PublicIdField(prefix='alr')),
                ('is_default', models.BooleanField(default=False)),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('wanted', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), blank=True, default=list, size=None)),
                ('words', models.CharField(blank=True, max_length=120, verbose_name='words')),
                ('least_budget_minor', models.BigIntegerField(default=0)),
                ('least_score', models.PositiveSmallIntegerField(default=0, verbose_name='score of at least')),
                ('cadence', models.CharField(choices=[('now', 'At once'), ('daily', 'Daily'), ('weekly', 'Weekly'), ('off', 'Never')], default='now', max_length=8, verbose_name='told')),
                ('created_at', models.DateTimeField()),
                ('expert', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='alerts', to='experts.expert')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('expert', 'name'), name='alert_name_once'), models.UniqueConstraint(condition=models.Q(('is_default', True)), fields=('expert',), name='alert_one_default'), models.CheckConstraint(condition=models.Q(('cadence__in', ['now', 'daily', 'weekly', 'off'])), name='alert_cadence_known'), models.CheckConstraint(condition=models.Q(('least_score__lte', 100)), name='alert_score_of_100')],
                'ordering': ('-is_default', 'name'),
            },
        ),
        migrations.CreateModel(
            name='AlertEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('level', models.PositiveSmallIntegerField()),
                ('rate_minor', models.PositiveIntegerField()),
                ('zone', models.IntegerField()),
                ('proven', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
                ('wanted', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), null=True, size=None)),
                ('words', models.TextField(null=True)),
                ('least_budget_minor', models.BigIntegerField(null=True)),
                ('least_score', models.PositiveSmallIntegerField(null=True)),
                ('cadence', models.CharField(max_length=8, null=True)),
                ('alert', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='jobs.alert')),
                ('expert', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='experts.expert')),
                ('skill', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='experts.skill')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('expert', 'skill', 'alert'), name='alert_entry_once', nulls_distinct=False)],
                'indexes': [models.Index(fields=['skill', 'level', 'rate_minor'], include=('expert', 'zone', 'proven', 'wanted', 'words', 'least_budget_minor', 'least_score', 'cadence'), name='alert_entry_by_skill')],
            },
        ),
        migrations.CreateModel(
            name='Ranking',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('algorithm', models.CharField(max_length=20)),
                ('ranked_on', models.DateField()),
                ('demand', models.JSONField()),
                ('created_at', models.DateTimeField()),
                ('job', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rankings', to='jobs.job')),
            ],
            options={
                'ordering': ('pk',),
            },
        ),
        migrations.CreateModel(
            name='Match',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('score', models.PositiveSmallIntegerField()),
                ('reasons', models.JSONField(default=list)),
                ('algorithm', models.CharField(max_length=20)),
                ('created_at', models.DateTimeField()),
                ('expert', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='matches', to='experts.expert')),
                ('job', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='matches', to='jobs.job')),
                ('due_at', models.DateTimeField(blank=True, null=True)),
                ('fits', models.BooleanField(default=True)),
                ('inputs', models.JSONField(blank=True, null=True)),
                ('is_new', models.BooleanField(default=False)),
                ('told_at', models.DateTimeField(blank=True, null=True)),
                ('ranking', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='jobs.ranking')),
            ],
            options={
                'ordering': ('-score', 'pk'),
                'indexes': [models.Index(condition=models.Q(('due_at__isnull', False), ('told_at', None)), fields=['due_at'], name='match_to_tell')],
                'constraints': [models.UniqueConstraint(fields=('job', 'expert'), name='match_once'), models.CheckConstraint(condition=models.Q(('score__lte', 100)), name='match_score_of_100')],
            },
        ),
        migrations.CreateModel(
            name='MatchSnapshot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('score', models.PositiveSmallIntegerField()),
                ('reasons', models.JSONField(default=list)),
                ('inputs', models.JSONField(blank=True, null=True)),
                ('algorithm', models.CharField(max_length=20)),
                ('created_at', models.DateTimeField()),
                ('expert', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='experts.expert')),
                ('job', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='jobs.job')),
                ('ranking', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='jobs.ranking')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('ranking', 'expert'), name='snapshot_once')],
            },
        ),
        migrations.RunSQL(sql('alert_entries')),
    ]
