"""The addresses of experts; the reviewers' desk is in `desk_urls`, inside the admin site."""

from django.urls import path

from experts.views import (
    appeals,
    applications,
    badges,
    credentials,
    models,
    preparation,
    profiles,
    references,
    saved,
    search,
    searches,
    skills,
    verify,
)

BADGE = "badges/<public:public_id>"
APPLICATION = "applications/<public:public_id>"
LEVEL = "skills/<slug:slug>/levels/<int:number>"

app_name = "experts"
urlpatterns = [
    path("experts/", search.search, name="search"),
    path("experts/<slug:slug>/", profiles.profile, name="profile"),
    path("experts/<slug:slug>/reputation/", profiles.reputation, name="reputation"),
    path("experts/<slug:slug>/save/", saved.save, name="save"),
    path("experts/<slug:slug>/forget/", saved.forget, name="forget"),
    path("saved-experts/", saved.saved, name="saved"),
    path("saved-searches/", searches.expert_searches, name="searches"),
    path("saved-searches/<public:public_id>/", searches.expert_search, name="expert-search"),
    path("saved-searches/<public:public_id>/delete/", searches.delete_search, name="delete-search"),
    path("compare-experts/", saved.compare, name="compare"),
    path("skills/", skills.skills, name="skills"),
    path("skills/<slug:slug>/", skills.skill, name="skill"),
    path(f"{LEVEL}/", skills.level, name="skill-level"),
    path(f"{LEVEL}.json", credentials.achievement, name="skill-level-json"),
    path("levels/", skills.levels, name="levels"),
    path("models/", models.models, name="models"),
    path("models/<str:slug>/", models.family, name="model-family"),
    path("badges/<public:public_id>/", badges.badge, name="badge"),
    path(f"{BADGE}/credential.json", credentials.as_json, name="credential-json"),
    path(f"{BADGE}/credential.jwt", credentials.as_jwt, name="credential-jwt"),
    path(f"{BADGE}/badge.svg", credentials.as_picture, name="credential-picture"),
    path(f"{BADGE}/embed.svg", credentials.embed, name="embed"),
    path(".well-known/did.json", credentials.did_document, name="did"),
    path("issuer.json", credentials.profile, name="issuer"),
    path(
        "credentials/status/<int:number>/<slug:purpose>/",
        credentials.status_list,
        name="status-list",
    ),
    path("verify/", verify.verify, name="verify"),
    path("verify/<slug:number>/", verify.certificate, name="certificate"),
    path("profile/", profiles.edit_profile, name="edit-profile"),
    path("profile/badges/", applications.applications, name="applications"),
    path("profile/badges/apply/", applications.apply, name="apply"),
    path("applications/<public:public_id>/", applications.application, name="application"),
    path(f"{APPLICATION}/level/", applications.change_level, name="change-level"),
    path("applications/<public:public_id>/claim/", applications.describe, name="describe"),
    path(
        "applications/<public:public_id>/evidence/", applications.add_evidence, name="add-evidence"
    ),
    path(f"{APPLICATION}/authorship/", preparation.authorship, name="authorship"),
    path(f"{APPLICATION}/confidentiality/", preparation.confidentiality, name="confidentiality"),
    path(f"{APPLICATION}/sessions/", preparation.offer_sessions, name="sessions"),
    path("slots/<public:public_id>/choose/", preparation.choose_session, name="choose-session"),
    path(
        "slots/<public:public_id>/calendar.ics",
        preparation.session_calendar,
        name="session-calendar",
    ),
    path("checks/<public:public_id>/retry/", preparation.retry_check, name="retry-check"),
    path("references/<str:token>/", references.reference, name="reference"),
    path("applications/<public:public_id>/submit/", applications.submit, name="submit"),
    path("applications/<public:public_id>/withdraw/", applications.withdraw, name="withdraw"),
    path("applications/<public:public_id>/appeal/", appeals.appeal, name="appeal"),
    path("evidence/<public:public_id>/", applications.edit_evidence, name="edit-evidence"),
    path(
        "evidence/<public:public_id>/remove/", applications.remove_evidence, name="remove-evidence"
    ),
    path("evidence/<public:public_id>/file/", badges.evidence_file, name="evidence-file"),
]
