"""Counts and sums of what belongs to each row of a query, as parts of that query.

A subquery each and not a join: two joins would multiply each other's rows, and a page's own count
leaves a subquery out.
"""

from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce


def count_of(rows: QuerySet[Any], of: str) -> Coalesce:
    """Count the rows whose foreign key `of` names the row outside; none is zero."""
    own = rows.filter(**{of: OuterRef("pk")}).order_by().values(of)
    return Coalesce(Subquery(own.annotate(count=Count("pk")).values("count")), 0)


def sum_of(rows: QuerySet[Any], of: str, amount: str) -> Coalesce:
    """Add up `amount` of the rows whose foreign key `of` names the row outside; none is zero."""
    own = rows.filter(**{of: OuterRef("pk")}).order_by().values(of)
    return Coalesce(Subquery(own.annotate(sum=Sum(amount)).values("sum")), 0)
