"""Let a change of terms name another clause."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('contracts', '0032_declarations'),
    ]

    operations = [
        migrations.AlterField(
            model_name='amendmentline',
            name='subject',
            field=models.CharField(choices=[('milestone_added', 'New milestone'), ('milestone_changed', 'Changed milestone'), ('milestone_cancelled', 'Cancelled milestone'), ('check_added', 'New check'), ('check_changed', 'Changed check'), ('check_removed', 'Dropped check'), ('review_window', 'Review window'), ('clause', 'Another clause'), ('share', 'Held money')], max_length=24),
        ),
    ]
