"""Cleans what a client says in an invitation, and why an expert says no to one."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from experts.models import Expert
from jobs.models import Invitation, Job
from marketplace.kit.forms import SiteForm, TextField


class InviteForm(SiteForm):
    """Whom to invite, and a word to them all."""

    expert = forms.ModelMultipleChoiceField(
        label=_("Expert"),
        queryset=Expert.objects.none(),
        to_field_name="slug",
        widget=forms.MultipleHiddenInput,
        error_messages={
            "required": _("Choose an expert from the list"),
            "invalid_choice": _("Choose an expert from the list"),
            "invalid_pk_value": _("Choose an expert from the list"),
        },
    )
    note = TextField(
        label=_("A word to the expert"),
        max_length=500,
        rows=3,
        required=False,
        help_text=_("Say why you ask them. They see the job with it."),
    )

    def __init__(self, *args: Any, experts: QuerySet[Expert], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["expert"].queryset = experts  # type: ignore[attr-defined]


class InviteToForm(SiteForm):
    """To which of one's open jobs an expert is invited, and a word to them."""

    job = forms.ModelChoiceField(
        label=_("Job"),
        queryset=Job.objects.none(),
        to_field_name="public_id",
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose one of your open jobs"),
            "invalid_choice": _("Choose one of your open jobs"),
        },
    )
    note = TextField(label=_("A word to the expert"), max_length=500, rows=3, required=False)

    def __init__(self, *args: Any, jobs: QuerySet[Job], **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["job"]
        field.queryset = jobs
        field.label_from_instance = lambda job: job.title


class DeclineInvitationForm(SiteForm):
    """Why an expert says no."""

    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=Invitation.Reason.choices,
        widget=forms.RadioSelect,
        help_text=_("The client reads it. It counts nothing against you."),
        error_messages={"required": _("Choose a reason; one of them is to give none")},
    )
