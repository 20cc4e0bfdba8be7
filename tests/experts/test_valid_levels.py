"""The levels that count today, as matching asks for them."""

from experts import selectors
from tests import factories


def test_only_valid_badges_count(grace, django_assert_num_queries):
    rag, evals = factories.skill("rag"), factories.skill("evals")
    other = factories.expert(factories.user("Other"))
    factories.badge(grace, rag, level=3)
    factories.badge(grace, evals, level=2, status="aging")
    factories.badge(other, rag, level=3, status="lapsed")

    with django_assert_num_queries(1):
        levels = selectors.valid_levels([grace.pk, other.pk])

    assert levels == {grace.pk: {rag.pk: 3, evals.pk: 2}}
