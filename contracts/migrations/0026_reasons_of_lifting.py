"""Keep why our staff let a contract's money move again, beside why they had stopped it."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('contracts', '0025_instructions'),
    ]

    operations = [
        migrations.AddField(
            model_name='freeze',
            name='lifted_note',
            field=models.TextField(blank=True, max_length=1000),
        ),
        migrations.AddConstraint(
            model_name='freeze',
            constraint=models.CheckConstraint(condition=models.Q(('lifted_note', ''), ('lifted_at__isnull', False), _connector='OR'), name='freeze_note_once_lifted'),
        ),
    ]
