"""Keep what experts declare of the models in the work they hand over."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('contracts', '0031_pauses'),
    ]

    operations = [
        migrations.CreateModel(
            name='Declaration',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('others', models.CharField(blank=True, max_length=300)),
                ('adaptation', models.TextField(max_length=2000)),
                ('data_used', models.TextField(max_length=2000)),
                ('limits', models.TextField(max_length=2000)),
                ('operators', models.TextField(max_length=2000)),
                ('submission', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='declaration', to='contracts.submission')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('adaptation', ''), _negated=True), models.Q(('data_used', ''), _negated=True), models.Q(('limits', ''), _negated=True), models.Q(('operators', ''), _negated=True)), name='declaration_is_whole')],
            },
        ),
    ]
