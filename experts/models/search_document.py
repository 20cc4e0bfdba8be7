"""What the search reads of a public expert: one narrow row, made from everything that is public."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from experts.models.expert import Expert


class SearchDocument(models.Model):
    """One expert with a valid badge, as the search finds, counts and orders them.

    Nothing here is known here first: `services/search_documents.py` makes each row from its
    sources, in the transaction that changes one of them.
    """

    expert = models.OneToOneField(
        Expert, models.CASCADE, primary_key=True, related_name="search_document"
    )
    # A thousand for each level of each valid badge, and the score in hundredths.
    quality = models.PositiveIntegerField()
    rate_minor = models.PositiveIntegerField()
    hours_per_week = models.PositiveSmallIntegerField()
    # From when they take work: the first of days for now, the last for those who take none.
    free_on = models.DateField()
    # The day whose score is in `quality`; scores fade slowly, so a sweep makes it anew each week.
    scored_on = models.DateField()
    # The IANA zone as `facets.named` numbers it.
    zone = models.IntegerField()
    facets = ArrayField(models.IntegerField())
    # Words of name, headline, evidence and overview, weighted in this order, and the facets.
    lexemes = SearchVectorField()

    class Meta:
        indexes = (
            GinIndex(fields=["lexemes"], name="search_lexemes"),
            models.Index(fields=["-quality", "expert"], name="search_quality"),
            models.Index(fields=["rate_minor", "expert"], name="search_rate"),
            models.Index(fields=["free_on", "expert"], name="search_free"),
        )
