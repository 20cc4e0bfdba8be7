"""The map of the API, version 1."""

from django.urls import path, register_converter
from django.views.decorators.http import conditional_page

from accounts.api import notifications
from contracts.api import changes, contracts, feedback, hours, milestones, offers
from experts.api import experts, profiles, saved
from experts.api import searches as expert_searches
from jobs.api import (
    alerts,
    conversations,
    interviews,
    invitations,
    jobs,
    proposals,
    searches,
)
from marketplace.kit.urls import PublicIdConverter

register_converter(PublicIdConverter, "public")

V1 = [
    path("experts/", experts.ExpertList.as_view(), name="experts"),
    path("experts/search/", experts.ExpertSearch.as_view(), name="search-experts"),
    path("experts/<public:public_id>/", experts.ExpertDetail.as_view(), name="expert"),
    path(
        "experts/<public:public_id>/reputation/",
        experts.ExpertReputation.as_view(),
        name="reputation",
    ),
    path("badges/<public:public_id>/", experts.BadgeDetail.as_view(), name="badge"),
    path(
        "badges/<public:public_id>/credential/",
        experts.BadgeCredential.as_view(),
        name="badge-credential",
    ),
    path("verify/", experts.Verify.as_view(), name="verify"),
    path("profile/", profiles.OwnProfile.as_view(), name="own-profile"),
    path("saved-experts/", saved.SavedExpertList.as_view(), name="saved-experts"),
    path(
        "saved-experts/<public:public_id>/", saved.SavedExpertDetail.as_view(), name="saved-expert"
    ),
    path("searches/experts/", expert_searches.ExpertSearchList.as_view(), name="expert-searches"),
    path(
        "searches/experts/<public:public_id>/",
        expert_searches.ExpertSearchDetail.as_view(),
        name="expert-search",
    ),
    path("searches/jobs/", searches.SavedSearchList.as_view(), name="job-searches"),
    path(
        "searches/jobs/<public:public_id>/",
        searches.SavedSearchDetail.as_view(),
        name="job-search",
    ),
    path("alerts/", alerts.AlertList.as_view(), name="alerts"),
    path("alerts/<public:public_id>/", alerts.AlertDetail.as_view(), name="alert"),
    path("notifications/", notifications.NotificationList.as_view(), name="notifications"),
    path(
        "notifications/read/",
        notifications.ReadNotifications.as_view(),
        name="read-notifications",
    ),
    path(
        "notifications/<public:public_id>/read/",
        notifications.ReadNotification.as_view(),
        name="read-notification",
    ),
    path("matches/", invitations.MatchList.as_view(), name="matches"),
    path("invitations/", invitations.InvitationList.as_view(), name="invitations"),
    path(
        "invitations/<public:public_id>/decline/",
        invitations.DeclineInvitation.as_view(),
        name="decline-invitation",
    ),
    path("jobs/", jobs.JobList.as_view(), name="jobs"),
    path("jobs/search/", jobs.JobSearch.as_view(), name="search-jobs"),
    path("jobs/<public:public_id>/", jobs.JobDetail.as_view(), name="job"),
    path("jobs/<public:public_id>/publish/", jobs.PublishJob.as_view(), name="publish-job"),
    path("jobs/<public:public_id>/pause/", jobs.PauseJob.as_view(), name="pause-job"),
    path("jobs/<public:public_id>/resume/", jobs.ResumeJob.as_view(), name="resume-job"),
    path("jobs/<public:public_id>/close/", jobs.CloseJob.as_view(), name="close-job"),
    path(
        "jobs/<public:public_id>/candidates/",
        invitations.CandidateList.as_view(),
        name="candidates",
    ),
    path(
        "jobs/<public:public_id>/invitations/",
        invitations.JobInvitationList.as_view(),
        name="job-invitations",
    ),
    path(
        "jobs/<public:public_id>/proposals/", proposals.NewProposal.as_view(), name="new-proposal"
    ),
    path("proposals/", proposals.ProposalList.as_view(), name="proposals"),
    path("proposals/<public:public_id>/", proposals.ProposalDetail.as_view(), name="proposal"),
    path(
        "proposals/<public:public_id>/send/", proposals.SendProposal.as_view(), name="send-proposal"
    ),
    path(
        "proposals/<public:public_id>/withdraw/",
        proposals.WithdrawProposal.as_view(),
        name="withdraw-proposal",
    ),
    path(
        "proposals/<public:public_id>/shortlist/",
        proposals.ShortlistProposal.as_view(),
        name="shortlist-proposal",
    ),
    path(
        "proposals/<public:public_id>/archive/",
        proposals.ArchiveProposal.as_view(),
        name="archive-proposal",
    ),
    path(
        "proposals/<public:public_id>/restore/",
        proposals.RestoreProposal.as_view(),
        name="restore-proposal",
    ),
    path(
        "proposals/<public:public_id>/decline/",
        proposals.DeclineProposal.as_view(),
        name="decline-proposal",
    ),
    path(
        "proposals/<public:public_id>/messages/",
        conversations.BeginConversation.as_view(),
        name="begin-conversation",
    ),
    path("conversations/", conversations.ConversationList.as_view(), name="conversations"),
    path(
        "conversations/<public:public_id>/messages/",
        conversations.MessageList.as_view(),
        name="messages",
    ),
    path(
        "conversations/<public:public_id>/read/",
        conversations.ReadConversation.as_view(),
        name="read-conversation",
    ),
    path(
        "conversations/<public:public_id>/block/",
        conversations.BlockConversation.as_view(),
        name="block-conversation",
    ),
    path(
        "conversations/<public:public_id>/unblock/",
        conversations.UnblockConversation.as_view(),
        name="unblock-conversation",
    ),
    path(
        "conversations/<public:public_id>/interviews/",
        interviews.InterviewList.as_view(),
        name="interviews",
    ),
    path(
        "interview-times/<public:public_id>/agree/",
        interviews.AgreeToTime.as_view(),
        name="agree-to-time",
    ),
    path(
        "interviews/<public:public_id>/decline/",
        interviews.DeclineInterview.as_view(),
        name="decline-interview",
    ),
    path(
        "interviews/<public:public_id>/withdraw/",
        interviews.WithdrawInterview.as_view(),
        name="withdraw-interview",
    ),
    path(
        "interviews/<public:public_id>/cancel/",
        interviews.CancelInterview.as_view(),
        name="cancel-interview",
    ),
    path("offers/", offers.OfferList.as_view(), name="offers"),
    path("offers/<public:public_id>/", offers.OfferDetail.as_view(), name="offer"),
    path("offers/<public:public_id>/decline/", offers.DeclineOffer.as_view(), name="decline-offer"),
    path(
        "offers/<public:public_id>/withdraw/", offers.WithdrawOffer.as_view(), name="withdraw-offer"
    ),
    path("contracts/", contracts.ContractList.as_view(), name="contracts"),
    path("contracts/<public:public_id>/", contracts.ContractDetail.as_view(), name="contract"),
    path(
        "contracts/<public:contract_id>/milestones/<public:public_id>/submit/",
        milestones.SubmitWork.as_view(),
        name="submit-work",
    ),
    path(
        "contracts/<public:contract_id>/submissions/<public:public_id>/ask-for-changes/",
        milestones.AskForChanges.as_view(),
        name="ask-for-changes",
    ),
    path(
        "contracts/<public:public_id>/timesheets/",
        hours.TimesheetList.as_view(),
        name="timesheets",
    ),
    path(
        "contracts/<public:contract_id>/timesheets/<public:public_id>/query/",
        hours.QueryHours.as_view(),
        name="query-hours",
    ),
    path("contracts/<public:public_id>/changes/", changes.ChangeList.as_view(), name="changes"),
    path(
        "contracts/<public:contract_id>/changes/<public:public_id>/decline/",
        changes.DeclineChange.as_view(),
        name="decline-change",
    ),
    path(
        "contracts/<public:contract_id>/changes/<public:public_id>/withdraw/",
        changes.WithdrawChange.as_view(),
        name="withdraw-change",
    ),
    path(
        "contracts/<public:public_id>/feedback/",
        feedback.ContractFeedback.as_view(),
        name="feedback",
    ),
    path(
        "contracts/<public:public_id>/feedback/reply/",
        feedback.ReplyToFeedback.as_view(),
        name="reply-to-feedback",
    ),
]
# Whoever asks again with the `ETag` of what they have is answered 304 while it is the same.
for address in V1:
    address.callback = conditional_page(address.callback)
