"""Remembers when a client last did something about a job; those on show begin to count now."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0007_message_kind'),
        ('jobs', '0003_interviews'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='job',
            name='acted_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name='job',
            name='outcome',
            field=models.CharField(blank=True, choices=[('hired_here', 'Hired here'), ('hired_elsewhere', 'Hired elsewhere'), ('cancelled', 'The project was cancelled'), ('no_budget', 'The budget was lost'), ('no_answer', 'The client did not come back to it')], max_length=16),
        ),
        migrations.RunSQL(
            "UPDATE jobs_job SET acted_at = now() WHERE status IN ('open', 'paused')",
            migrations.RunSQL.noop,
        ),
        migrations.AddIndex(
            model_name='job',
            index=models.Index(condition=models.Q(('status__in', ('open', 'paused'))), fields=['acted_at'], name='job_silence'),
        ),
    ]
