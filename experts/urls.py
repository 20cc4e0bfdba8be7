"""The addresses of experts; the reviewers' desk is in `desk_urls`, inside the admin site."""

from django.urls import path

from experts.views import applications, badges, profiles, search, skills

app_name = "experts"
urlpatterns = [
    path("experts/", search.search, name="search"),
    path("experts/<slug:slug>/", profiles.profile, name="profile"),
    path("skills/", skills.skills, name="skills"),
    path("skills/<slug:slug>/", skills.skill, name="skill"),
    path("badges/<public:public_id>/", badges.badge, name="badge"),
    path("profile/", profiles.edit_profile, name="edit-profile"),
    path("profile/badges/", applications.applications, name="applications"),
    path("profile/badges/apply/", applications.apply, name="apply"),
    path("applications/<public:public_id>/", applications.application, name="application"),
    path("applications/<public:public_id>/claim/", applications.describe, name="describe"),
    path(
        "applications/<public:public_id>/evidence/", applications.add_evidence, name="add-evidence"
    ),
    path("applications/<public:public_id>/submit/", applications.submit, name="submit"),
    path("applications/<public:public_id>/withdraw/", applications.withdraw, name="withdraw"),
    path("evidence/<public:public_id>/", applications.edit_evidence, name="edit-evidence"),
    path(
        "evidence/<public:public_id>/remove/", applications.remove_evidence, name="remove-evidence"
    ),
    path("evidence/<public:public_id>/file/", badges.evidence_file, name="evidence-file"),
]
