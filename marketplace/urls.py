"""The site map: one include per app and face."""

from django.contrib import admin
from django.contrib.sitemaps.views import index, sitemap
from django.urls import include, path, register_converter
from django.views.decorators.http import conditional_page
from drf_spectacular.views import SpectacularAPIView

from contracts import api as contracts
from experts import api as experts
from jobs.api import conversations, jobs, proposals
from marketplace import sitemaps, views
from marketplace.kit.urls import DayConverter, FileKindConverter, MonthConverter, PublicIdConverter

register_converter(PublicIdConverter, "public")
register_converter(MonthConverter, "month")
register_converter(DayConverter, "day")
register_converter(FileKindConverter, "file_kind")

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
    path("jobs/", jobs.JobList.as_view(), name="jobs"),
    path("jobs/<public:public_id>/", jobs.JobDetail.as_view(), name="job"),
    path("jobs/<public:public_id>/publish/", jobs.PublishJob.as_view(), name="publish-job"),
    path("jobs/<public:public_id>/pause/", jobs.PauseJob.as_view(), name="pause-job"),
    path("jobs/<public:public_id>/resume/", jobs.ResumeJob.as_view(), name="resume-job"),
    path("jobs/<public:public_id>/close/", jobs.CloseJob.as_view(), name="close-job"),
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
    path("contracts/", contracts.ContractList.as_view(), name="contracts"),
    path("contracts/<public:public_id>/", contracts.ContractDetail.as_view(), name="contract"),
]
# Whoever asks again with the `ETag` of what they have is answered 304 while it is the same.
for address in V1:
    address.callback = conditional_page(address.callback)

# allauth answers with this when codes or passwords were tried too often.
handler429 = views.too_many_tries

urlpatterns = [
    path("", views.landing, name="landing"),
    path("home/", views.home, name="home"),
    path("capacity/", views.switch_capacity, name="switch-capacity"),
    path("language/", views.choose_language, name="choose-language"),
    path("fees/", views.fees, name="fees"),
    path("how-vetting-works/", views.how_vetting_works, name="how-vetting-works"),
    path("how-ranking-works/", views.how_ranking_works, name="how-ranking-works"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("kit/", views.kit, name="kit"),
    path("dev/mail/", views.dev_mail, name="dev-mail"),
    path("dev/mail/<str:mail_id>/", views.dev_mail_detail, name="dev-mail-detail"),
    path("robots.txt", views.robots, name="robots"),
    path(
        "sitemap.xml",
        index,
        {"sitemaps": sitemaps.SECTIONS, "sitemap_url_name": "sitemap-section"},
        name="sitemap",
    ),
    path("sitemap-<section>.xml", sitemap, {"sitemaps": sitemaps.SECTIONS}, name="sitemap-section"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("metrics", views.measures, name="metrics"),
    path("accounts/", include("allauth.urls")),
    path("", include("accounts.urls")),
    path("", include("experts.urls")),
    path("", include("jobs.urls")),
    path("", include("contracts.urls")),
    path("admin/", admin.site.urls),
    path("api/", views.api_reference, name="api-reference"),
    path("api/v1/openapi.yaml", SpectacularAPIView.as_view(), name="openapi"),
    path("api/v1/", include((V1, "api"))),
]
