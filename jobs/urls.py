"""The addresses of jobs."""

from django.urls import path

from jobs import feeds
from jobs.views import (
    alerts,
    board,
    chances,
    client_jobs,
    invitations,
    matches,
    posting,
    proposals,
    received,
    searches,
    visitors,
)

app_name = "jobs"
urlpatterns = [
    path("jobs/", board.board, name="board"),
    path("jobs/searches/", searches.saved, name="searches"),
    path("jobs/searches/<public:public_id>/delete/", searches.delete, name="delete-search"),
    path("jobs/new.atom", feeds.NewJobs(), name="feed"),
    path("jobs/<public:public_id>/", board.detail, name="detail"),
    path("jobs/<public:public_id>/propose/", proposals.propose, name="propose"),
    path("post/", posting.choose_use_case, name="choose-use-case"),
    path("post/scope/", visitors.edit_scope, name="visitor-scope"),
    path("post/budget/", visitors.edit_budget, name="visitor-budget"),
    path("post/finish/", visitors.finish, name="visitor-finish"),
    path("client/jobs/", client_jobs.client_jobs, name="client-jobs"),
    path("client/jobs/<public:public_id>/edit/", posting.change_use_case, name="change-use-case"),
    path("client/jobs/<public:public_id>/edit/scope/", posting.edit_scope, name="edit-scope"),
    path("client/jobs/<public:public_id>/edit/budget/", posting.edit_budget, name="edit-budget"),
    path("client/jobs/<public:public_id>/preview/", posting.preview, name="preview"),
    path("client/jobs/<public:public_id>/publish/", posting.publish, name="publish"),
    path("client/jobs/<public:public_id>/pause/", client_jobs.pause, name="pause"),
    path("client/jobs/<public:public_id>/resume/", client_jobs.resume, name="resume"),
    path("client/jobs/<public:public_id>/close/", client_jobs.close, name="close"),
    path(
        "client/jobs/<public:public_id>/proposals/",
        received.received_proposals,
        name="received-proposals",
    ),
    path("client/jobs/<public:public_id>/compare/", received.compare, name="compare"),
    path("client/jobs/<public:public_id>/invite/", invitations.invite, name="invite"),
    path("experts/<slug:slug>/invite/", invitations.invite_expert, name="invite-expert"),
    path("invitations/<public:public_id>/decline/", invitations.decline, name="decline-invitation"),
    path("work/", matches.matches, name="matches"),
    path("work/alerts/", alerts.alert_list, name="alerts"),
    path("work/alerts/new/", alerts.new_alert, name="new-alert"),
    path("work/alerts/profile/", alerts.default_alert, name="default-alert"),
    path("work/alerts/<public:public_id>/", alerts.edit_alert, name="edit-alert"),
    path("work/alerts/<public:public_id>/delete/", alerts.delete_alert, name="delete-alert"),
    path("work/figures/", chances.chances, name="chances"),
    path("proposals/", proposals.own_proposals, name="proposals"),
    path("proposals/<public:public_id>/", proposals.proposal, name="proposal"),
    path("proposals/<public:public_id>/withdraw/", proposals.withdraw, name="withdraw"),
    path("proposals/<public:public_id>/shortlist/", received.shortlist, name="shortlist"),
    path("proposals/<public:public_id>/archive/", received.archive, name="archive"),
    path("proposals/<public:public_id>/restore/", received.restore, name="restore"),
    path("proposals/<public:public_id>/decline/", received.decline, name="decline"),
]
