"""The search documents turned over: for each facet, who has it; and who has changed since."""

from django.db import models


class SearchBase(models.Model):
    """A gathering of all search documents; its key is drawn by lot. There is one, or none."""

    id = models.BigIntegerField(primary_key=True)
    made_at = models.DateTimeField()
    # Experts (keys) in the order of most proof; a place is a position herein. 4 bytes each.
    experts = models.BinaryField()
    # The quality of each, in the same order.
    qualities = models.BinaryField()


class SearchSet(models.Model):
    """The places of all who have a facet, or one value of a column, as a roaring bitmap."""

    base = models.ForeignKey(SearchBase, models.CASCADE, related_name="sets")
    column = models.CharField(max_length=14)
    value = models.BigIntegerField()
    places = models.BinaryField()


class SearchChange(models.Model):
    """An expert whose document was written or taken away after it was gathered.

    The database notes it by a trigger. `version` is the transaction that did.
    """

    expert_id = models.BigIntegerField(primary_key=True)
    version = models.BigIntegerField()
