import django.db.models.deletion
from django.db import migrations, models


def give_files_back(apps, _):
    """A piece named its file itself before files had rows."""
    pieces = apps.get_model("experts", "Evidence").objects
    for piece in pieces.filter(upload__isnull=False).select_related("upload"):
        pieces.filter(pk=piece.pk).update(file=piece.upload.file.name, file_name=piece.upload.name)


class Migration(migrations.Migration):

    dependencies = [
        ('experts', '0008_uploads'),
    ]

    operations = [
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(max_length=32, unique=True)),
                ('title', models.CharField(max_length=120)),
                ('client_name', models.CharField(max_length=120)),
                ('released_on', models.DateField()),
                ('amount_band', models.CharField(choices=[('small', 'Under $100'), ('under_1', 'Under $1k'), ('from_1', '$1k to $5k'), ('from_5', '$5k to $20k'), ('from_20', '$20k to $50k'), ('from_50', '$50k to $100k'), ('from_100', 'Over $100k')], max_length=8)),
            ],
            options={
                'ordering': ('-released_on', '-pk'),
            },
        ),
        migrations.RemoveConstraint(
            model_name='evidence',
            name='evidence_link_or_file',
        ),
        migrations.RemoveConstraint(
            model_name='evidence',
            name='evidence_kind_known',
        ),
        # On the way back it runs once the columns are there again and before their constraint.
        migrations.RunPython(migrations.RunPython.noop, give_files_back),
        migrations.RemoveField(
            model_name='evidence',
            name='file',
        ),
        migrations.RemoveField(
            model_name='evidence',
            name='file_name',
        ),
        migrations.AddField(
            model_name='evidence',
            name='made_on',
            field=models.DateField(blank=True, null=True, verbose_name='finished on'),
        ),
        migrations.AddField(
            model_name='evidence',
            name='proof',
            field=models.CharField(blank=True, choices=[('code', 'A code in the repository or on the page'), ('commit', 'A commit under an address of mine')], max_length=8, verbose_name='proof'),
        ),
        migrations.AddField(
            model_name='evidence',
            name='proof_url',
            field=models.URLField(blank=True, max_length=500, verbose_name='where the proof is'),
        ),
        migrations.AddField(
            model_name='evidence',
            name='referee_email',
            field=models.EmailField(blank=True, max_length=254, verbose_name='work address of the referee'),
        ),
        migrations.AddField(
            model_name='evidence',
            name='referee_name',
            field=models.CharField(blank=True, max_length=120, verbose_name='name of the referee'),
        ),
        migrations.AlterField(
            model_name='evidence',
            name='kind',
            field=models.CharField(choices=[('repository', 'Repository'), ('live_demo', 'Live demo'), ('evaluation_report', 'Evaluation report'), ('write_up', 'Write-up'), ('client_reference', 'Client reference'), ('confirmed_milestone', 'Confirmed milestone'), ('external_certificate', 'External certificate')], max_length=20, verbose_name='kind'),
        ),
        migrations.AddField(
            model_name='delivery',
            name='expert',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='deliveries', to='experts.expert'),
        ),
        migrations.AddField(
            model_name='evidence',
            name='delivery',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='shown_in', to='experts.delivery'),
        ),
        migrations.AddConstraint(
            model_name='evidence',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('delivery', None), ('referee_email', ''), ('upload', None), ('url__gt', '')), models.Q(('delivery', None), ('referee_email', ''), ('upload__isnull', False), ('url', '')), models.Q(('delivery__isnull', False), ('referee_email', ''), ('upload', None), ('url', '')), models.Q(('delivery', None), ('referee_email__gt', ''), ('upload', None), ('url', '')), _connector='OR'), name='evidence_one_source'),
        ),
        migrations.AddConstraint(
            model_name='evidence',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['repository', 'live_demo', 'evaluation_report', 'write_up', 'client_reference', 'confirmed_milestone', 'external_certificate'])), name='evidence_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='evidence',
            constraint=models.CheckConstraint(condition=models.Q(('proof__in', ['', 'code', 'commit'])), name='evidence_proof_known'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.CheckConstraint(condition=models.Q(('amount_band__in', ['small', 'under_1', 'from_1', 'from_5', 'from_20', 'from_50', 'from_100'])), name='delivery_band_known'),
        ),
    ]
