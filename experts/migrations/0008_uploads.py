import django.db.models.deletion
import experts.models.evidence
import marketplace.kit.models
from django.conf import settings
from django.db import migrations, models

from marketplace.kit.models import PublicIdField


def give_files_rows(apps, _):
    """Files from before have no digest: the sweep judges them like new ones."""
    upload = apps.get_model("experts", "Upload")
    fresh = PublicIdField(prefix="upl").fresh
    for piece in apps.get_model("experts", "Evidence").objects.exclude(file=""):
        piece.upload = upload.objects.create(
            public_id=fresh(), file=piece.file.name, name=piece.file_name, size=0, sha256="", status="quarantined",
            created_at=piece.created_at, due_at=piece.created_at,
        )
        piece.save(update_fields=["upload"])


class Migration(migrations.Migration):

    dependencies = [
        ('experts', '0007_evidence_shown'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Upload',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', marketplace.kit.models.PublicIdField(prefix='upl')),
                ('file', models.FileField(upload_to=experts.models.evidence.private_name, verbose_name='file')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('size', models.PositiveIntegerField(verbose_name='bytes')),
                ('sha256', models.CharField(max_length=64)),
                ('created_at', models.DateTimeField()),
                ('due_at', models.DateTimeField()),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('signature', models.CharField(blank=True, max_length=200)),
                ('status', models.CharField(choices=[('received', 'Received'), ('quarantined', 'Being scanned'), ('clean', 'Clean'), ('refused', 'Refused by the scanner'), ('discarded', 'Deleted')], default='received', max_length=24)),
            ],
        ),
        migrations.CreateModel(
            name='UploadEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verb', models.CharField(max_length=32)),
                ('came_from', models.CharField(max_length=24)),
                ('went_to', models.CharField(max_length=24)),
                ('at', models.DateTimeField()),
                ('reason', models.TextField(blank=True)),
            ],
            options={
                'ordering': ('pk',),
                'abstract': False,
            },
        ),
        migrations.AddIndex(
            model_name='upload',
            index=models.Index(condition=models.Q(('status', 'quarantined')), fields=['due_at'], name='upload_due'),
        ),
        migrations.AddConstraint(
            model_name='upload',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['received', 'quarantined', 'clean', 'refused', 'discarded'])), name='upload_status_known'),
        ),
        migrations.AddField(
            model_name='evidence',
            name='upload',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='evidence', to='experts.upload'),
        ),
        migrations.AddField(
            model_name='uploadevent',
            name='by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='uploadevent',
            name='row',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='history', to='experts.upload'),
        ),
        migrations.RunPython(give_files_rows, migrations.RunPython.noop),
    ]
