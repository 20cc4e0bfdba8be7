"""Kinds of work, each a name for the badges it takes, for the search to ask for."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('experts', '0030_expert_searches'),
    ]

    operations = [
        migrations.CreateModel(
            name='KindOfWork',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(unique=True)),
                ('english_name', models.CharField(max_length=80, verbose_name='name')),
                ('position', models.PositiveSmallIntegerField()),
                ('needs', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
            ],
            options={
                'ordering': ('position',),
            },
        ),
    ]
