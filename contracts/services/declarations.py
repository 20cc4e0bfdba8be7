"""The declaration that comes with work that is handed over: which models, made how, run by whom."""

from collections.abc import Collection
from dataclasses import asdict, dataclass

from django.utils.translation import gettext_lazy as _

from contracts.models import Contract, Declaration, Milestone, Submission
from contracts.models.milestone import FINAL
from experts.models import ModelRelease
from marketplace.kit.errors import DomainError


@dataclass(frozen=True, slots=True)
class Declared:
    """What is said of the models; `others` are those that our registry does not have."""

    adaptation: str
    data_used: str
    limits: str
    operators: str
    others: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left out that a client needs in order to run it without the expert."""
        return all([self.adaptation, self.data_used, self.limits, self.operators])


class DeclarationIsMissing(DomainError):
    """The last work of a contract runs on a model, and the client would not know what they get."""

    code = "declaration_is_missing"
    status = 422
    sentence = _(
        "Say of the models what was made of them, with which data, what they cannot do and who can "
        "run them. The client takes them over with this work."
    )


def is_due(milestone: Milestone) -> bool:
    """Whether work for this milestone is the hand-over: nothing else that was agreed is left."""
    if milestone.contract.kind != Contract.Kind.FIXED:
        return False
    rest = milestone.contract.milestones.filter(kind=Milestone.Kind.WORK).exclude(status__in=FINAL)
    return not rest.exclude(pk=milestone.pk).exists()


def declare(
    submission: Submission, declared: Declared | None, *, built_on: Collection[ModelRelease]
) -> None:
    """Keep the declaration of work that has just been handed in, if one is due and it has a model.

    :raises DeclarationIsMissing: when it runs on a model and the declaration is not whole.
    """
    others = declared.others if declared else ""
    if not is_due(submission.milestone) or not (built_on or others):
        return
    if declared is None or not declared.is_whole:
        raise DeclarationIsMissing
    Declaration.objects.create(submission=submission, **asdict(declared))
