"""Writing the claim: the applicant's words, until a reviewer may be reading them."""

import pytest
from django.core.exceptions import PermissionDenied

from experts.models import Application
from experts.services import vetting
from experts.services.vetting import ApplicationIsClosed
from tests import factories


@pytest.mark.parametrize("status", ["draft", "changes_asked"])
def test_it_is_kept(draft, status):
    Application.objects.filter(pk=draft.pk).update(status=status)

    model = factories.release("gpt-6-sol")

    vetting.describe(draft, claim="I led it.", built_on=[model], by=draft.expert.user)

    draft.refresh_from_db()
    assert (draft.claim, list(draft.built_on.all())) == ("I led it.", [model])


@pytest.mark.parametrize("status", ["submitted", "reviewing", "granted", "rejected", "withdrawn"])
def test_it_is_closed_while_it_is_read_and_after(draft, status):
    Application.objects.filter(pk=draft.pk).update(status=status)

    with pytest.raises(ApplicationIsClosed):
        vetting.describe(draft, claim="Changed.", by=draft.expert.user)

    draft.refresh_from_db()
    assert draft.claim == "I built it and measured it."


def test_nobody_writes_for_another(draft, mallory, rhea):
    for other in (mallory, rhea):
        with pytest.raises(PermissionDenied):
            vetting.describe(draft, claim="Changed.", by=other)
