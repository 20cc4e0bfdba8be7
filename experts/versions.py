"""Says which rows the public pages of experts are made from, so that they can be kept."""

from marketplace.kit.versions import Whole, of_tables

_BADGE = "JOIN experts_badge AS badge ON badge.expert_id = whole.id"
_CASE = "JOIN experts_application AS held ON held.expert_id = whole.id"
_REVIEW = f"{_CASE} JOIN experts_review AS given ON given.application_id = held.id"
_BUILT_ON = f"{_CASE} JOIN experts_application_built_on AS used ON used.application_id = held.id"
_MODEL = f"{_BUILT_ON} JOIN experts_modelrelease AS model ON model.id = used.modelrelease_id"

# A row of the list: `experts/_row.html`.
CARD = Whole(
    "experts_expert",
    {
        "accounts_user": "JOIN accounts_user ON accounts_user.id = whole.user_id",
        "experts_badge": "JOIN experts_badge ON experts_badge.expert_id = whole.id",
        "experts_skill": f"{_BADGE} JOIN experts_skill ON experts_skill.id = badge.skill_id",
        "experts_application": (
            "JOIN experts_application ON experts_application.expert_id = whole.id"
        ),
        "experts_evidence": (
            f"{_CASE} JOIN experts_evidence ON experts_evidence.application_id = held.id"
        ),
        "experts_workrecord": "JOIN experts_workrecord ON experts_workrecord.expert_id = whole.id",
    },
)
# A whole profile: `experts/profile.html`.
PROFILE = Whole(
    CARD.table,
    {
        **CARD.parts,
        "accounts_user": (
            f"LEFT {_BADGE}"
            " LEFT JOIN experts_review AS given ON given.application_id = badge.application_id"
            " JOIN accounts_user"
            " ON accounts_user.id"
            " = ANY (ARRAY[whole.user_id, badge.granted_by_id, given.reviewer_id])"
        ),
        "experts_check": f"{_CASE} JOIN experts_check ON experts_check.application_id = held.id",
        "experts_review": f"{_CASE} JOIN experts_review ON experts_review.application_id = held.id",
        "experts_score": f"{_REVIEW} JOIN experts_score ON experts_score.review_id = given.id",
        "experts_criterion": (
            f"{_REVIEW} JOIN experts_score AS score ON score.review_id = given.id"
            " JOIN experts_criterion ON experts_criterion.id = score.criterion_id"
        ),
        "experts_application_built_on": (
            f"{_CASE} JOIN experts_application_built_on"
            " ON experts_application_built_on.application_id = held.id"
        ),
        "experts_modelrelease": (
            f"{_BUILT_ON} JOIN experts_modelrelease"
            " ON experts_modelrelease.id = used.modelrelease_id"
        ),
        "experts_modelfamily": (
            f"{_MODEL} JOIN experts_modelfamily ON experts_modelfamily.id = model.family_id"
        ),
        "experts_expertskill": (
            "JOIN experts_expertskill ON experts_expertskill.expert_id = whole.id"
        ),
        "experts_skill": (
            f"LEFT {_BADGE}"
            " LEFT JOIN experts_expertskill AS claim ON claim.expert_id = whole.id"
            " JOIN experts_skill ON experts_skill.id = ANY (ARRAY[badge.skill_id, claim.skill_id])"
        ),
        "experts_expert_domains": (
            "JOIN experts_expert_domains ON experts_expert_domains.expert_id = whole.id"
        ),
        "experts_domain": (
            "JOIN experts_expert_domains AS worked ON worked.expert_id = whole.id"
            " JOIN experts_domain ON experts_domain.id = worked.domain_id"
        ),
    },
)
# What the names of everything one can ask for are read from.
TAXONOMY = (
    *("experts_skill", "experts_skillalias", "experts_modelfamily", "experts_modelrelease"),
    *("experts_domain", "experts_kindofwork"),
)
# Of the documents that are searched: what they were when they were gathered, and what changed.
DOCUMENTS = ("experts_searchbase", "experts_searchchange")


def of_search() -> str:
    """Return the version of everything that an answer of the search is made from, but its cards."""
    return of_tables((*TAXONOMY, *DOCUMENTS))
