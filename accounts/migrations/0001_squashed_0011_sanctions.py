"""Lays all of accounts at once; an older installation goes on with what this replaces."""

import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import marketplace.kit.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('accounts', '0001_initial'),
        ('accounts', '0002_client_rating'),
        ('accounts', '0003_mail_urgency'),
        ('accounts', '0004_score_kind'),
        ('accounts', '0005_member_invitations'),
        ('accounts', '0006_mail_wishes'),
        ('accounts', '0007_message_kind'),
        ('accounts', '0008_language'),
        ('accounts', '0009_first_payment'),
        ('accounts', '0010_flags'),
        ('accounts', '0011_sanctions'),
    ]

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.CreateModel(
            name='Organisation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', marketplace.kit.models.PublicIdField(prefix='org')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('website', models.URLField(blank=True, verbose_name='website')),
                ('country', models.CharField(max_length=2, verbose_name='country')),
                ('about', models.TextField(blank=True, max_length=1000, verbose_name='about')),
                ('created_at', models.DateTimeField()),
                ('paid_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('public_id', marketplace.kit.models.PublicIdField(prefix='usr')),
                ('email', models.EmailField(max_length=254, unique=True, verbose_name='e-mail address')),
                ('name', models.CharField(blank=True, max_length=120, verbose_name='name')),
                ('time_zone', models.CharField(default='UTC', max_length=64, verbose_name='time zone')),
                ('is_active', models.BooleanField(default=True, verbose_name='may log in')),
                ('is_staff', models.BooleanField(default=False, verbose_name='may open the admin site')),
                ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='joined')),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
                ('quiet_from', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('quiet_until', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('language', models.CharField(default='en-gb', max_length=12, verbose_name='language')),
                ('standing', models.CharField(choices=[('good', 'In good standing'), ('limited', 'Limited'), ('suspended', 'Suspended'), ('banned', 'Banned')], default='good', editable=False, max_length=10)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('email', django.db.models.functions.text.Lower('email'))), name='user_email_in_lower_case'), models.CheckConstraint(condition=models.Q(models.Q(('quiet_from', None), ('quiet_until', None)), models.Q(('quiet_from__lte', 23), ('quiet_until__lte', 23), models.Q(('quiet_from', models.F('quiet_until')), _negated=True)), _connector='OR'), name='user_quiet_hours_are_a_stretch'), models.CheckConstraint(condition=models.Q(('standing__in', ['good', 'limited', 'suspended', 'banned'])), name='user_standing_known')],
            },
        ),
        migrations.CreateModel(
            name='Mail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', marketplace.kit.models.PublicIdField(prefix='mail')),
                ('key', models.CharField(max_length=160, unique=True)),
                ('to', models.EmailField(max_length=254)),
                ('subject', models.CharField(max_length=200)),
                ('text', models.TextField()),
                ('html', models.TextField()),
                ('created_at', models.DateTimeField()),
                ('due_at', models.DateTimeField()),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('status', models.CharField(choices=[('draft', 'Draft'), ('queued', 'Queued'), ('sent', 'Sent'), ('stale', 'Too late to send'), ('unwanted', 'The reader wants no such mail'), ('collected', "Waits for the reader's next digest"), ('digested', 'Told in a digest')], default='draft', max_length=24)),
                ('urgency', models.PositiveSmallIntegerField(choices=[(0, 'Somebody sits before a form that asks for what is in it'), (1, 'News for one person'), (2, 'News for many at once')], default=1)),
                ('kind', models.CharField(blank=True, max_length=16)),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('status', 'queued')), fields=['urgency', 'due_at'], name='mail_due_by_urgency'), models.Index(condition=models.Q(('status', 'collected')), fields=['due_at'], name='mail_due_in_a_digest')],
                'constraints': [models.CheckConstraint(condition=models.Q(('urgency__in', [0, 1, 2])), name='mail_urgency_known'), models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'queued', 'sent', 'stale', 'unwanted', 'collected', 'digested'])), name='mail_status_known')],
            },
        ),
        migrations.CreateModel(
            name='MailEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verb', models.CharField(max_length=32)),
                ('came_from', models.CharField(max_length=24)),
                ('went_to', models.CharField(max_length=24)),
                ('at', models.DateTimeField()),
                ('reason', models.TextField(blank=True)),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('row', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='history', to='accounts.mail')),
            ],
            options={
                'ordering': ('pk',),
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Notification',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', marketplace.kit.models.PublicIdField(prefix='ntf')),
                ('kind', models.CharField(choices=[('money', 'Money'), ('security', 'Security'), ('deadline', 'Deadlines'), ('proposal', 'Proposals and offers'), ('message', 'Messages'), ('match', 'Matching jobs'), ('badge', 'Badges'), ('score', 'Your score as an expert, weekly')], max_length=16)),
                ('key', models.CharField(max_length=120)),
                ('subject', models.CharField(max_length=200)),
                ('body', models.TextField(blank=True)),
                ('url', models.CharField(max_length=200)),
                ('created_at', models.DateTimeField()),
                ('read_at', models.DateTimeField(blank=True, null=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notifications', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('-created_at', '-pk'),
                'indexes': [models.Index(fields=['user', '-created_at'], name='notification_of_user'), models.Index(condition=models.Q(('read_at', None)), fields=['user'], name='notification_unread')],
                'constraints': [models.UniqueConstraint(fields=('user', 'key'), name='notification_told_once'), models.CheckConstraint(condition=models.Q(('kind__in', ['money', 'security', 'deadline', 'proposal', 'message', 'match', 'badge', 'score'])), name='notification_kind_known')],
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('owner', 'Owner'), ('hiring', 'Hiring'), ('finance', 'Finance'), ('viewer', 'Viewer')], max_length=8, verbose_name='role')),
                ('created_at', models.DateTimeField()),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to='accounts.organisation')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('organisation', 'user'), name='membership_once'), models.CheckConstraint(condition=models.Q(('role__in', ['owner', 'hiring', 'finance', 'viewer'])), name='membership_role_known')],
            },
        ),
        migrations.CreateModel(
            name='Preference',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('money', 'Money'), ('security', 'Security'), ('deadline', 'Deadlines'), ('proposal', 'Proposals and offers'), ('message', 'Messages'), ('match', 'Matching jobs'), ('badge', 'Badges'), ('score', 'Your score as an expert, weekly')], max_length=16)),
                ('by_mail', models.CharField(choices=[('now', 'At once'), ('daily', 'Daily'), ('weekly', 'Weekly'), ('off', 'Never')], default='now', max_length=8)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='preferences', to=settings.AUTH_USER_MODEL)),
                ('in_app', models.BooleanField(default=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('user', 'kind'), name='preference_once'), models.CheckConstraint(condition=models.Q(('by_mail__in', ['now', 'daily', 'weekly', 'off'])), name='preference_cadence_known'), models.CheckConstraint(condition=models.Q(('kind__in', ['money', 'security', 'deadline', 'proposal', 'message', 'match', 'badge', 'score'])), name='preference_kind_known')],
            },
        ),
        migrations.CreateModel(
            name='ClientRating',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(max_length=32, unique=True)),
                ('rating', models.PositiveSmallIntegerField()),
                ('created_at', models.DateTimeField()),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='ratings', to='accounts.organisation')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('rating__gte', 1), ('rating__lte', 5)), name='client_rating_in_range')],
            },
        ),
        migrations.CreateModel(
            name='MemberInvitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', marketplace.kit.models.PublicIdField(prefix='mbi')),
                ('email', models.EmailField(max_length=254)),
                ('role', models.CharField(choices=[('owner', 'Owner'), ('hiring', 'Hiring'), ('finance', 'Finance'), ('viewer', 'Viewer')], max_length=8)),
                ('created_at', models.DateTimeField()),
                ('mailed_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('status', models.CharField(choices=[('draft', 'Not sent yet'), ('sent', 'Waits for an answer'), ('accepted', 'Accepted'), ('declined', 'Declined'), ('withdrawn', 'Taken back'), ('expired', 'No answer in time')], default='draft', max_length=24)),
                ('invited_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='member_invitations', to='accounts.organisation')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('status', 'sent')), fields=['expires_at'], name='member_invitation_due')],
                'constraints': [models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'sent', 'accepted', 'declined', 'withdrawn', 'expired'])), name='member_invitation_status_known'), models.CheckConstraint(condition=models.Q(('role__in', ['owner', 'hiring', 'finance', 'viewer'])), name='member_invitation_role_known'), models.CheckConstraint(condition=models.Q(('email', django.db.models.functions.text.Lower('email'))), name='member_invitation_in_lower_case'), models.UniqueConstraint(condition=models.Q(('status', 'sent')), fields=('organisation', 'email'), name='member_invitation_waits_once')],
            },
        ),
        migrations.CreateModel(
            name='MemberInvitationEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verb', models.CharField(max_length=32)),
                ('came_from', models.CharField(max_length=24)),
                ('went_to', models.CharField(max_length=24)),
                ('at', models.DateTimeField()),
                ('reason', models.TextField(blank=True)),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('row', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='history', to='accounts.memberinvitation')),
            ],
            options={
                'ordering': ('pk',),
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='MembershipChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verb', models.CharField(choices=[('join', 'Joined'), ('change_role', 'Got another role'), ('leave', 'Left'), ('remove', 'Was removed')], max_length=12)),
                ('role_before', models.CharField(blank=True, choices=[('owner', 'Owner'), ('hiring', 'Hiring'), ('finance', 'Finance'), ('viewer', 'Viewer')], max_length=8)),
                ('role_after', models.CharField(blank=True, choices=[('owner', 'Owner'), ('hiring', 'Hiring'), ('finance', 'Finance'), ('viewer', 'Viewer')], max_length=8)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='changes', to='accounts.organisation')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('-pk',),
                'constraints': [models.CheckConstraint(condition=models.Q(('verb__in', ['join', 'change_role', 'leave', 'remove']), ('role_before__in', ['', 'owner', 'hiring', 'finance', 'viewer']), ('role_after__in', ['', 'owner', 'hiring', 'finance', 'viewer'])), name='membership_change_known')],
            },
        ),
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
                'indexes': [models.Index(condition=models.Q(('status', 'open')), fields=['created_at'], name='flag_open')],
                'constraints': [models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'open', 'dismissed', 'upheld'])), name='flag_status_known'), models.UniqueConstraint(condition=models.Q(('status__in', ('draft', 'open'))), fields=('kind', 'about', 'by'), name='flag_once_at_a_time')],
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
        migrations.CreateModel(
            name='Sanction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', marketplace.kit.models.PublicIdField(prefix='san')),
                ('level', models.CharField(choices=[('notice', 'Notice'), ('limit', 'Limit'), ('suspend', 'Suspension'), ('ban', 'Ban')], max_length=8)),
                ('rule_code', models.CharField(max_length=4)),
                ('facts', models.TextField(max_length=2000)),
                ('evidence', models.TextField(max_length=4000)),
                ('days', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('proposed_at', models.DateTimeField()),
                ('starts_at', models.DateTimeField(blank=True, null=True)),
                ('ends_at', models.DateTimeField(blank=True, null=True)),
                ('appeal', models.TextField(blank=True, max_length=4000)),
                ('appealed_at', models.DateTimeField(blank=True, null=True)),
                ('answer', models.TextField(blank=True, max_length=2000)),
                ('status', models.CharField(choices=[('draft', 'Draft'), ('proposed', 'Proposed'), ('dropped', 'Not imposed'), ('active', 'In force'), ('appealed', 'In force, appealed'), ('upheld', 'In force, appeal refused'), ('reversed', 'Taken back'), ('expired', 'Over')], default='draft', max_length=24)),
                ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('flag', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='sanctions', to='accounts.flag')),
                ('imposed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sanctions', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('-proposed_at', '-pk'),
                'indexes': [models.Index(condition=models.Q(('status__in', ('active', 'appealed', 'upheld'))), fields=['ends_at'], name='sanction_due')],
                'constraints': [models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'proposed', 'dropped', 'active', 'appealed', 'upheld', 'reversed', 'expired'])), name='sanction_status_known'), models.CheckConstraint(condition=models.Q(('status__in', ('draft', 'proposed', 'dropped')), models.Q(('imposed_by__isnull', False), ('starts_at__isnull', False)), _connector='OR'), name='sanction_is_imposed_by_somebody'), models.CheckConstraint(condition=models.Q(models.Q(('level', 'ban'), _negated=True), ('imposed_by', None), models.Q(('imposed_by', models.F('proposed_by')), _negated=True), _connector='OR'), name='sanction_ban_takes_two_people'), models.CheckConstraint(condition=models.Q(models.Q(('days', None), ('level__in', ('ban', 'notice'))), models.Q(('days__gte', 1), ('days__lte', 180), ('level__in', ('limit', 'suspend'))), _connector='OR'), name='sanction_lasts_as_its_level_does'), models.CheckConstraint(condition=models.Q(('appealed_at', None), ('answered_by', None), models.Q(models.Q(('answered_by', models.F('proposed_by')), _negated=True), models.Q(('answered_by', models.F('imposed_by')), _negated=True)), _connector='OR'), name='sanction_appeal_goes_to_somebody_else'), models.CheckConstraint(condition=models.Q(('proposed_by', models.F('user')), _negated=True), name='sanction_not_of_oneself')],
            },
        ),
        migrations.CreateModel(
            name='SanctionEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verb', models.CharField(max_length=32)),
                ('came_from', models.CharField(max_length=24)),
                ('went_to', models.CharField(max_length=24)),
                ('at', models.DateTimeField()),
                ('reason', models.TextField(blank=True)),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('row', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='history', to='accounts.sanction')),
            ],
            options={
                'ordering': ('pk',),
                'abstract': False,
            },
        ),
    ]
