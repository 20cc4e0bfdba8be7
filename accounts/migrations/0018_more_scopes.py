"""Tokens that hand work in, and that keep a profile."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0017_exports'),
    ]
    # Choices are no part of a column, and ten tokens a person are read in a moment.
    unsafe_because = "a new list of choices changes no column, and the table of tokens is small"

    operations = [
        migrations.RemoveConstraint(
            model_name='accesstoken',
            name='access_token_scopes_known',
        ),
        migrations.AlterField(
            model_name='accesstoken',
            name='scopes',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('read', 'Read what you may see'), ('jobs:write', 'Change jobs'), ('proposals:write', 'Write, send, answer and withdraw proposals'), ('messages:write', 'Write messages, propose and answer interviews'), ('contracts:write', 'Hand work in, and say what is missing from it'), ('profile:write', 'Change your profile, alerts, searches and read news')], max_length=24), size=None),
        ),
        migrations.AddConstraint(
            model_name='accesstoken',
            constraint=models.CheckConstraint(condition=models.Q(('scopes__contained_by', ['read', 'jobs:write', 'proposals:write', 'messages:write', 'contracts:write', 'profile:write']), models.Q(('scopes__len', 0), _negated=True)), name='access_token_scopes_known'),
        ),
    ]
