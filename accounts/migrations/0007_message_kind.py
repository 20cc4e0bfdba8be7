"""Lets people choose whether new messages are mailed."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0006_mail_wishes'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='notification',
            name='notification_kind_known',
        ),
        migrations.RemoveConstraint(
            model_name='preference',
            name='preference_kind_known',
        ),
        migrations.AlterField(
            model_name='notification',
            name='kind',
            field=models.CharField(choices=[('money', 'Money'), ('security', 'Security'), ('deadline', 'Deadlines'), ('proposal', 'Proposals and offers'), ('message', 'Messages'), ('match', 'Matching jobs'), ('badge', 'Badges'), ('score', 'Your score as an expert, weekly')], max_length=16),
        ),
        migrations.AlterField(
            model_name='preference',
            name='kind',
            field=models.CharField(choices=[('money', 'Money'), ('security', 'Security'), ('deadline', 'Deadlines'), ('proposal', 'Proposals and offers'), ('message', 'Messages'), ('match', 'Matching jobs'), ('badge', 'Badges'), ('score', 'Your score as an expert, weekly')], max_length=16),
        ),
        migrations.AddConstraint(
            model_name='notification',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['money', 'security', 'deadline', 'proposal', 'message', 'match', 'badge', 'score'])), name='notification_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='preference',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['money', 'security', 'deadline', 'proposal', 'message', 'match', 'badge', 'score'])), name='preference_kind_known'),
        ),
    ]
