"""Grace, who applies; her application at each stage; and Ines, who also reviews."""

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from accounts.models.user import LEADS, REVIEWERS
from experts.models import Application, Expert
from experts.services import seats, vetting
from experts.services.evidence import Artefact
from experts.services.reviews import Judgement, Mark
from tests import factories
from tests.conftest import NOON
from tests.drills_vetting import hostile_files
from tests.laid import laid

PNG = hostile_files.png()


@laid
def grace(db) -> Expert:
    """A freelancer with a profile and no badge."""
    return factories.expert(factories.user("Grace Mensah"))


@laid
def ines(db) -> User:
    """Another reviewer."""
    user = factories.user("Ines Duarte", is_staff=True)
    user.groups.add(Group.objects.get_or_create(name=REVIEWERS)[0])
    return user


@laid
def draft(grace) -> Application:
    """Grace's application for evals at level 2, complete and not yet submitted."""
    return factories.application(grace, factories.skill("evals"))


@laid
def submitted(draft) -> Application:
    """The same, in the queue."""
    return vetting.submit(draft, by=draft.expert.user, at=NOON)


@laid
def case(submitted, rhea) -> Application:
    """The same, with Rhea."""
    seats.claim(submitted, by=rhea, at=NOON)
    return submitted


@laid
def led(grace) -> Application:
    """Grace's application for RAG at level 3, in the queue: two reviewers judge it blind."""
    application = factories.application(grace, factories.skill("rag"), level=3)
    return vetting.submit(application, by=grace.user, at=NOON)


@laid
def tove(db) -> User:
    """A lead, who reviews too."""
    user = factories.user("Tove Lindqvist", is_staff=True)
    for duty in (REVIEWERS, LEADS):
        user.groups.add(Group.objects.get_or_create(name=duty)[0])
    return user


@pytest.fixture
def judged():
    """Build a judgement of a case with the same score everywhere."""

    def judged(application: Application, points: int = 4, **fields) -> Judgement:
        criteria = application.rubric.criteria.all()
        return Judgement(
            **{
                "marks": [Mark(criterion, points, "Seen.") for criterion in criteria],
                "message": "Clear and measured.",
                "would_change": "One result from real use.",
                "note": "Between us.",
            }
            | fields
        )

    return judged


@pytest.fixture
def upload():
    """Build an uploaded file."""

    def upload(name: str = "report.png", content: bytes = PNG) -> SimpleUploadedFile:
        return SimpleUploadedFile(name, content)

    return upload


@pytest.fixture
def artefact():
    """Build a piece of evidence as the form hands it over."""

    def artefact(**fields) -> Artefact:
        return Artefact(
            **{
                "kind": "repository",
                "title": "Retrieval service",
                "url": "https://code.attest.example/3",
                "claim": "Four thousand lines, mine.",
                "own_share": 90,
                "before": "",
                "after": "",
            }
            | fields
        )

    return artefact
