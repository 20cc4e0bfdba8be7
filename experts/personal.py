"""The tables of experts: see marketplace.kit.personal."""

from django.db.models import F, Q

from accounts.periods import ACCOUNT, FILES, SITE, TASKS, VETTING
from experts import models
from experts.models import (
    Application,
    Badge,
    Check,
    Credential,
    Delivery,
    DeskChoice,
    Evidence,
    Expert,
    ExpertFound,
    ExpertSearch,
    ExpertSkill,
    LiveSlot,
    Reference,
    Review,
    SavedExpert,
    Score,
    SearchDocument,
    Snapshot,
    TaskDraft,
    Tie,
    ToldScore,
    TrailEntry,
    Upload,
    Wording,
    WorkRecord,
)
from marketplace.kit.personal import ROWS_GO, WORDS_GO, Kept

CATALOGUE = (
    Kept(models.ModelFamily, SITE, plain="slug english_name english_modality"),
    Kept(models.ModelRelease, SITE, plain="api_id replacement note source"),
    Kept(models.ReleaseChange, SITE, plain="columns reason"),
    Kept(models.Surface, SITE, plain="slug english_name replacement english_note"),
    Kept(
        models.Skill,
        SITE,
        plain="slug english_name english_title english_description"
        " english_accepted_evidence english_refused_evidence",
    ),
    Kept(models.SkillAlias, SITE, plain="alias english_hint"),
    Kept(models.Domain, SITE, plain="slug english_name"),
    Kept(models.SkillRelation, SITE),
    Kept(models.Rubric, SITE, plain="minimum_means"),
    Kept(models.Criterion, SITE, plain="key english_name english_question english_anchors"),
    Kept(models.KindOfWork, SITE, plain="slug english_name needs"),
    Kept(models.LoadedEntry, SITE, plain="noun key values"),
    Kept(models.SavedReply, SITE, plain="message would_change"),
    Kept(models.SigningKey, SITE, plain="kid public"),
)
# What the search is answered from: numbers of experts, made anew from their profiles.
SEARCH = (
    Kept(SearchDocument, ACCOUNT, of="expert__user", plain="facets lexemes"),
    Kept(models.SearchBase, ACCOUNT, plain="experts qualities"),
    Kept(models.SearchSet, ACCOUNT, plain="column places"),
    Kept(models.SearchChange, ACCOUNT),
)
TABLES = (
    *CATALOGUE,
    *SEARCH,
    Kept(
        Expert,
        ACCOUNT,
        of="user",
        yours="slug headline overview place country languages",
        plain="currency",
        erased=WORDS_GO,
        left={"slug": F("public_id")},
    ),
    Kept(ExpertSkill, ACCOUNT, of="expert__user"),
    Kept(ExpertFound, ACCOUNT, of="search__user", about="expert__user"),
    Kept(ExpertSearch, ACCOUNT, of="user", yours="name query filters"),
    Kept(SavedExpert, ACCOUNT, of="user", about="expert__user"),
    Kept(DeskChoice, ACCOUNT, of="user"),
    Kept(Tie, ACCOUNT, of="expert__user", plain="source"),
    Kept(ToldScore, ACCOUNT, of="expert__user", yours="contracts"),
    Kept(
        WorkRecord,
        ACCOUNT,
        of="expert__user",
        yours="title scores reply",
        others="client_name quote",
        plain="source",
    ),
    Kept(
        Application,
        VETTING,
        of="expert__user",
        yours="claim message asked_parts would_change appeal",
    ),
    Kept(Badge, VETTING, of="expert__user", yours="public_reason"),
    Kept(Credential, VETTING, of="badge__expert__user", yours="jwt"),
    # How we look for what is not true stays with us, so that it still finds it tomorrow.
    Kept(
        Check,
        VETTING,
        about="application__expert__user",
        others="sentence proof",
        erased=ROWS_GO,
    ),
    Kept(
        Snapshot,
        VETTING,
        of="evidence__application__expert__user",
        yours="url",
        plain="content_type sha256 words_sha256",
        erased=ROWS_GO,
    ),
    Kept(
        Wording,
        VETTING,
        of="application__expert__user",
        yours="text sketch",
        erased=ROWS_GO,
    ),
    Kept(LiveSlot, VETTING, of="application__expert__user"),
    Kept(
        Reference,
        VETTING,
        of="evidence__application__expert__user",
        others="name email words",
        erased=ROWS_GO,
    ),
    Kept(
        Evidence,
        VETTING,
        of="application__expert__user",
        yours="title url claim before after proof_url",
        others="referee_name referee_email",
        erased=ROWS_GO,
    ),
    Kept(Delivery, ACCOUNT, of="expert__user", yours="title", others="client_name", plain="source"),
    # Whose a judgement is nobody outside learns; what is for the expert, the application says.
    Kept(
        Review,
        VETTING,
        about="application__expert__user",
        others="parts message would_change note",
    ),
    Kept(Score, VETTING, about="review__application__expert__user", others="finding"),
    Kept(TrailEntry, VETTING, plain="about"),
    Kept(
        TaskDraft,
        TASKS,
        of="application__expert__user",
        yours="typed",
        plain="task",
        since="saved_at",
    ),
    Kept(
        Upload,
        FILES,
        of="evidence__application__expert__user",
        yours="file name",
        plain="sha256 signature",
        since="created_at",
        only=Q(evidence=None),
    ),
)

NAMES = (lambda person: Expert.objects.filter(user=person).values_list("slug", flat=True),)
