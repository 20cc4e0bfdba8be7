"""The addresses of accounts; sign-in itself is allauth's."""

from django.urls import path

from accounts.views import (
    access_tokens,
    flags,
    member_invitations,
    notifications,
    organisations,
    own_data,
    people,
    privacy,
    sanctions,
    webhooks,
)

app_name = "accounts"
urlpatterns = [
    path("start/", people.start, name="start"),
    path("organisation/", organisations.own_organisation, name="own-organisation"),
    path("organisations/new/", organisations.open_organisation, name="open-organisation"),
    path("organisations/<public:public_id>/", organisations.organisation, name="organisation"),
    path("organisations/<public:public_id>/leave/", organisations.leave, name="leave"),
    path("organisations/<public:public_id>/invite/", organisations.invite, name="invite-member"),
    path(
        "organisations/<public:public_id>/invitations/<public:invitation_id>/again/",
        organisations.invite_again,
        name="invite-again",
    ),
    path(
        "organisations/<public:public_id>/invitations/<public:invitation_id>/withdraw/",
        organisations.withdraw_invitation,
        name="withdraw-invitation",
    ),
    path(
        "organisations/<public:public_id>/members/<public:user_id>/",
        organisations.member,
        name="member",
    ),
    path(
        "organisations/<public:public_id>/members/<public:user_id>/remove/",
        organisations.remove_member,
        name="remove-member",
    ),
    path(
        "member-invitations/<str:token>/",
        member_invitations.member_invitation,
        name="member-invitation",
    ),
    path(
        "member-invitations/<str:token>/accept/",
        member_invitations.accept_member_invitation,
        name="accept-member-invitation",
    ),
    path(
        "member-invitations/<str:token>/decline/",
        member_invitations.decline_member_invitation,
        name="decline-member-invitation",
    ),
    path("notifications/", notifications.notification_list, name="notifications"),
    path("notifications/read/", notifications.read_all, name="read-all"),
    path(
        "notifications/<public:public_id>/",
        notifications.open_notification,
        name="open-notification",
    ),
    path("report/<slug:kind>/<str:public_id>/", flags.report, name="report"),
    path("rules/", sanctions.rules, name="rules"),
    path("rules/report/", sanctions.transparency_report, name="transparency"),
    path("privacy/", privacy.privacy, name="privacy"),
    path("sanctions/", sanctions.sanction_list, name="sanctions"),
    path("sanctions/<public:public_id>/", sanctions.sanction, name="sanction"),
    path("unsubscribe/<str:token>/", notifications.unsubscribe, name="unsubscribe"),
    path("settings/", people.settings, name="settings"),
    path("settings/second-factor/", people.second_factor, name="second-factor"),
    path("settings/notifications/", notifications.preferences, name="preferences"),
    path("settings/data/", own_data.own_data, name="own-data"),
    path("settings/data/delete/", own_data.erase, name="erase"),
    path("settings/data/keep/", own_data.keep_account, name="keep-account"),
    path("settings/data/<public:public_id>/", own_data.own_copy, name="own-copy"),
    path("settings/tokens/", access_tokens.token_list, name="tokens"),
    path("settings/tokens/new/", access_tokens.issue, name="issue-token"),
    path("settings/tokens/<public:public_id>/revoke/", access_tokens.revoke, name="revoke-token"),
    path("settings/webhooks/", webhooks.webhook_list, name="webhooks"),
    path("settings/webhooks/new/", webhooks.add, name="add-webhook"),
    path("settings/webhooks/<public:public_id>/", webhooks.webhook, name="webhook"),
    path("settings/webhooks/<public:public_id>/secret/", webhooks.secret, name="webhook-secret"),
    path("settings/webhooks/<public:public_id>/try/", webhooks.try_out, name="try-webhook"),
    path("settings/webhooks/<public:public_id>/pause/", webhooks.pause, name="pause-webhook"),
    path("settings/webhooks/<public:public_id>/resume/", webhooks.resume, name="resume-webhook"),
    path("settings/webhooks/<public:public_id>/remove/", webhooks.remove, name="remove-webhook"),
    path(
        "settings/webhooks/<public:public_id>/again/<public:delivery_id>/",
        webhooks.send_again,
        name="send-again",
    ),
]
