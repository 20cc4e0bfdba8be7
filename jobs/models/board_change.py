"""What tells that the job board no longer lists what it did."""

from django.db import models


class BoardChange(models.Model):
    """A transaction that wrote an open job, or what one asks for; the database notes it.

    A number below nothing stands for all that were noted before, drawn by lot when they were swept.
    """

    id = models.BigIntegerField(primary_key=True)
