"""News of a search for experts is news of matches, as that of a job is."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0012_recovery_codes_as_hashes'),
    ]

    operations = [
        migrations.AlterField(
            model_name='notification',
            name='kind',
            field=models.CharField(choices=[('money', 'Money'), ('security', 'Security'), ('deadline', 'Deadlines'), ('proposal', 'Proposals and offers'), ('message', 'Messages'), ('match', 'Matching jobs and experts'), ('badge', 'Badges'), ('score', 'Your score as an expert, weekly')], max_length=16),
        ),
        migrations.AlterField(
            model_name='preference',
            name='kind',
            field=models.CharField(choices=[('money', 'Money'), ('security', 'Security'), ('deadline', 'Deadlines'), ('proposal', 'Proposals and offers'), ('message', 'Messages'), ('match', 'Matching jobs and experts'), ('badge', 'Badges'), ('score', 'Your score as an expert, weekly')], max_length=16),
        ),
    ]
