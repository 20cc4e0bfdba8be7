"""Says which rows the public pages of jobs are made from, so that they can be kept."""

from experts.versions import TAXONOMY
from marketplace.kit.versions import Whole, of_tables

_WISH = "JOIN jobs_jobskill AS wish ON wish.job_id = whole.id"
_POSTED = "JOIN jobs_job AS posted ON posted.organisation_id = whole.id"
_RECEIVED = f"{_POSTED} JOIN jobs_proposal AS received ON received.job_id = posted.id"
_TALK = f"{_POSTED} JOIN jobs_conversation AS talk ON talk.job_id = posted.id"

# A row of the board: `jobs/_row.html`.
CARD = Whole(
    "jobs_job",
    {
        "accounts_organisation": (
            "JOIN accounts_organisation ON accounts_organisation.id = whole.organisation_id"
        ),
        "jobs_usecase": "JOIN jobs_usecase ON jobs_usecase.id = whole.use_case_id",
        "jobs_jobskill": "JOIN jobs_jobskill ON jobs_jobskill.job_id = whole.id",
        "experts_skill": f"{_WISH} JOIN experts_skill ON experts_skill.id = wish.skill_id",
        "jobs_proposal": "JOIN jobs_proposal ON jobs_proposal.job_id = whole.id",
    },
)
# A job's own page: `jobs/detail.html`.
JOB = Whole(
    CARD.table,
    {
        **CARD.parts,
        "jobs_jobcheck": "JOIN jobs_jobcheck ON jobs_jobcheck.job_id = whole.id",
        "jobs_plannedmilestone": (
            "JOIN jobs_plannedmilestone ON jobs_plannedmilestone.job_id = whole.id"
        ),
    },
)
# What its page says of the client, counted over all their jobs: `selectors.clients.trust`.
CLIENT = Whole(
    "accounts_organisation",
    {
        "accounts_clientrating": (
            "JOIN accounts_clientrating ON accounts_clientrating.organisation_id = whole.id"
        ),
        "jobs_job": "JOIN jobs_job ON jobs_job.organisation_id = whole.id",
        "jobs_proposal": f"{_POSTED} JOIN jobs_proposal ON jobs_proposal.job_id = posted.id",
        "jobs_proposalevent": (
            f"{_RECEIVED} JOIN jobs_proposalevent ON jobs_proposalevent.row_id = received.id"
        ),
        "jobs_conversation": (
            f"{_POSTED} JOIN jobs_conversation ON jobs_conversation.job_id = posted.id"
        ),
        "jobs_message": f"{_TALK} JOIN jobs_message ON jobs_message.conversation_id = talk.id",
    },
)


def of_board() -> str:
    """Return the version of everything that an answer of the board is made from, but its cards."""
    return of_tables((*TAXONOMY, "jobs_usecase", "jobs_boardchange"))
