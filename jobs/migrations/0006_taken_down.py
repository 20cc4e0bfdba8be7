"""Knows one more way in which a job ends: our staff took it down."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('jobs', '0005_invitations'),
    ]

    operations = [
        migrations.AlterField(
            model_name='job',
            name='outcome',
            field=models.CharField(blank=True, choices=[('hired_here', 'Hired here'), ('hired_elsewhere', 'Hired elsewhere'), ('cancelled', 'The project was cancelled'), ('no_budget', 'The budget was lost'), ('no_answer', 'The client did not come back to it'), ('removed', 'We took the job down')], max_length=16),
        ),
    ]
