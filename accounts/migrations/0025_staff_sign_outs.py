"""Our staff end sessions of others, which is written down."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0024_name_looks'),
    ]

    operations = [
        migrations.AlterField(
            model_name='auditevent',
            name='act',
            field=models.CharField(choices=[('signed_in', 'Signed in'), ('proved', 'Said once more who they are'), ('password', 'The password was changed'), ('email', 'The main e-mail address was changed'), ('factor_added', 'A second factor was added'), ('factor_removed', 'A second factor was removed'), ('codes', 'New recovery codes were made'), ('copy', 'The copy of the data was saved'), ('bank', 'The bank details for payouts were changed'), ('read_report', 'Our staff read something that was reported'), ('read_dispute', 'Our staff read a dispute'), ('read_exhibit', 'Our staff opened a file of a dispute'), ('signed_out', 'Our staff ended a session')], max_length=16),
        ),
    ]
