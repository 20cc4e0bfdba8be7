"""Lets the two sides of a job write to each other."""

import django.db.models.deletion
import marketplace.kit.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_score_kind'),
        ('experts', '0024_check_label'),
        ('jobs', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
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
        ),
        migrations.CreateModel(
            name='Report',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(choices=[('elsewhere', 'It asks me to talk or pay outside this site'), ('scam', 'It looks like a fraud'), ('abuse', 'It is insulting or threatening'), ('spam', 'It is advertising'), ('other', 'Something else')], max_length=12, verbose_name='what is wrong')),
                ('note', models.TextField(blank=True, max_length=1000, verbose_name='what else we should know')),
                ('created_at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('message', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='jobs.message')),
            ],
            options={
                'ordering': ('-created_at',),
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
        migrations.AddIndex(
            model_name='conversation',
            index=models.Index(fields=['-last_at'], name='conversation_latest'),
        ),
        migrations.AddConstraint(
            model_name='conversation',
            constraint=models.UniqueConstraint(fields=('job', 'expert'), name='conversation_one_per_pair'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.UniqueConstraint(fields=('conversation', 'created_at'), name='message_one_a_moment'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.CheckConstraint(condition=models.Q(('side__in', ['client', 'expert'])), name='message_side'),
        ),
        migrations.AddConstraint(
            model_name='reading',
            constraint=models.UniqueConstraint(fields=('conversation', 'user'), name='reading_once'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.UniqueConstraint(fields=('message', 'by'), name='report_once'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.CheckConstraint(condition=models.Q(('reason__in', ['elsewhere', 'scam', 'abuse', 'spam', 'other'])), name='report_reason_known'),
        ),
    ]
