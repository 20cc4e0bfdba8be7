from django.db import migrations, models


def keep_what_was_public(apps, _):
    """What was on the badge page stays there; of the rest strangers still see nothing."""
    evidence = apps.get_model("experts", "Evidence").objects
    evidence.filter(is_public=True).update(shown="everything")
    evidence.filter(is_public=False).update(shown="nothing")


def make_public_again(apps, _):
    evidence = apps.get_model("experts", "Evidence").objects
    evidence.exclude(shown="everything").update(is_public=False)


class Migration(migrations.Migration):

    dependencies = [
        ('experts', '0006_work_record_scores'),
    ]

    operations = [
        migrations.AddField(
            model_name='evidence',
            name='shown',
            field=models.CharField(blank=True, choices=[('everything', 'Everything'), ('title', 'The title only'), ('nothing', 'Nothing')], max_length=12, verbose_name='what strangers may see'),
        ),
        migrations.AddConstraint(
            model_name='evidence',
            constraint=models.CheckConstraint(condition=models.Q(('shown__in', ['', 'everything', 'title', 'nothing'])), name='evidence_shown_known'),
        ),
        migrations.RunPython(keep_what_was_public, make_public_again),
        migrations.RemoveField(
            model_name='evidence',
            name='is_public',
        ),
    ]
