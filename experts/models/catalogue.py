"""What the catalogue's files said when they were last loaded."""

from django.db import models


class LoadedEntry(models.Model):
    """One row of a file as it was; what the file changes next is told from what staff changed."""

    noun = models.CharField(max_length=40)
    key = models.CharField(max_length=200)
    values = models.JSONField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("noun", "key"), name="entry_loaded_once"),)
