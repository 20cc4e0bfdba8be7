"""What ties a client to an expert beside their contracts: seen by us, judged by our staff."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from experts.models import Expert
from marketplace.kit.models import PublicIdField
from marketplace.kit.states import Stateful, Transition, moves, status_is_known


class LinkKind(models.TextChoices):
    """What two sides may have in common; threats 9 and 10 of the design name them."""

    MEMBER = "member", _("The expert is a member of the client")
    MAILBOX = "mailbox", _("The same mailbox")
    VAT = "vat", _("The same VAT number")
    CARD = "card", _("Paid with a card of a business of the expert's")
    BANK = "bank", _("The same bank account")
    FORMER = "former", _("The expert was a member of the client within two years")
    INVITED = "invited", _("The client has invited the expert as a member")
    ELSEWHERE = "elsewhere", _("Members of another business together")
    DEVICE = "device", _("Signed in from the same place with the same browser")
    NETWORK = "network", _("Signed in from the same network")
    DOMAIN = "domain", _("Addresses of the same business's mail")
    RING = "ring", _("They hire each other in a ring")


K = LinkKind
# The same person or business: no contract is made, and there is nothing to judge.
HARD = (K.MEMBER, K.MAILBOX, K.VAT, K.CARD, K.BANK)
# May mean the same, and may mean an office or a former job: a person looks.
SOFT = (K.FORMER, K.INVITED, K.ELSEWHERE, K.DEVICE, K.NETWORK, K.DOMAIN, K.RING)


class LinkStatus(models.TextChoices):
    """Where a row of Link stands."""

    SEEN = "seen", _("Waits for a look")
    RELATED = "related", _("They belong together")
    UNRELATED = "unrelated", _("They do not belong together")


S = LinkStatus


class Link(Stateful):
    """One thing a client and an expert with a contract have in common.

    Where our staff say that the two belong together, no other contract of theirs begins, and what
    they say of each other counts nothing. Staff may come to another view, either way.
    """

    Kind = LinkKind
    Status = LinkStatus

    MOVES = moves(
        confirm=([S.SEEN, S.UNRELATED], S.RELATED),
        dismiss=([S.SEEN, S.RELATED], S.UNRELATED),
    )

    public_id = PublicIdField(prefix="lnk")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="links")
    expert = models.ForeignKey(Expert, models.PROTECT, related_name="links")
    kind = models.CharField(max_length=9, choices=Kind.choices)
    seen_at = models.DateTimeField()
    # Why our staff decided as they did, the last time; who and when is in the history.
    reason = models.TextField(_("why"), max_length=1000, blank=True)
    status = models.CharField(max_length=24, choices=Status.choices, default=Status.SEEN)

    class Meta:
        ordering = ("pk",)
        constraints = (
            status_is_known(LinkStatus, "link_status_known"),
            models.UniqueConstraint(fields=("organisation", "expert", "kind"), name="link_once"),
            models.CheckConstraint(condition=Q(kind__in=SOFT), name="link_is_to_be_judged"),
            models.CheckConstraint(
                condition=Q(status="seen") | ~Q(reason=""), name="link_judged_with_a_reason"
            ),
        )


class LinkEvent(Transition):
    """What happened to a link."""

    row = models.ForeignKey(Link, models.PROTECT, related_name="history")
