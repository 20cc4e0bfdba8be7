"""Lets the database keep one person from sitting twice; seats replace the one reviewer."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [('experts', '0014_seats_of_present_cases')]

    operations = [
        migrations.RemoveField(
            model_name='application',
            name='reviewer',
        ),
        migrations.AddIndex(
            model_name='review',
            index=models.Index(condition=models.Q(('status__in', ('open', 'claimed'))), fields=['application', 'seat'], name='review_pending'),
        ),
        migrations.AddConstraint(
            model_name='application',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'submitted', 'reviewing', 'calibrating', 'changes_asked', 'granted', 'rejected', 'appealed', 'withdrawn'])), name='application_status_known'),
        ),
        migrations.AddConstraint(
            model_name='application',
            constraint=models.UniqueConstraint(condition=models.Q(('status__in', ('draft', 'submitted', 'reviewing', 'calibrating', 'changes_asked', 'appealed'))), fields=('expert', 'skill'), name='application_one_open'),
        ),
        migrations.AddConstraint(
            model_name='review',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['open', 'claimed', 'given', 'dropped'])), name='review_status_known'),
        ),
        migrations.AddConstraint(
            model_name='review',
            constraint=models.CheckConstraint(condition=models.Q(('seat__in', ['first', 'second', 'lead', 'appeal'])), name='review_seat_known'),
        ),
        migrations.AddConstraint(
            model_name='review',
            constraint=models.UniqueConstraint(fields=('application', 'round', 'seat'), name='review_seat_once'),
        ),
        migrations.AddConstraint(
            model_name='review',
            constraint=models.UniqueConstraint(fields=('application', 'round', 'reviewer'), name='review_person_once'),
        ),
        migrations.AddConstraint(
            model_name='review',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'claimed'), _negated=True), models.Q(('claimed_at__isnull', False), ('lease_until__isnull', False), ('reviewer__isnull', False)), _connector='OR'), name='review_claimed_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='review',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'given'), _negated=True), models.Q(('reviewer__isnull', False), ('verdict__in', ['granted', 'rejected', 'changes_asked'])), _connector='OR'), name='review_given_by_somebody'),
        ),
    ]
