import django.db.models.deletion
import marketplace.kit.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('experts', '0011_references'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='LiveSlot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', marketplace.kit.models.PublicIdField(prefix='slot')),
                ('starts_at', models.DateTimeField()),
                ('chosen_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ('starts_at',),
            },
        ),
        migrations.CreateModel(
            name='TaskDraft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('task', models.CharField(max_length=64)),
                ('typed', models.JSONField()),
                ('saved_at', models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name='liveslot',
            name='application',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='slots', to='experts.application'),
        ),
        migrations.AddField(
            model_name='liveslot',
            name='chosen_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='taskdraft',
            name='application',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='drafts', to='experts.application'),
        ),
        migrations.AddConstraint(
            model_name='liveslot',
            constraint=models.UniqueConstraint(fields=('application', 'starts_at'), name='slot_once'),
        ),
        migrations.AddConstraint(
            model_name='liveslot',
            constraint=models.UniqueConstraint(condition=models.Q(('chosen_at__isnull', False)), fields=('application',), name='slot_one_chosen'),
        ),
        migrations.AddConstraint(
            model_name='liveslot',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('chosen_at', None), ('chosen_by', None)), models.Q(('chosen_at__isnull', False), ('chosen_by__isnull', False)), _connector='OR'), name='slot_chosen_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='taskdraft',
            constraint=models.UniqueConstraint(fields=('application', 'task'), name='task_draft_once'),
        ),
    ]
