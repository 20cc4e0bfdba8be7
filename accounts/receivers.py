"""What follows from a move in this app, one line each."""

from datetime import datetime

from accounts import tasks
from accounts.models import Mail
from marketplace.kit.states import after


@after(Mail, "queue")
def send_the_mail(mail: Mail, _: datetime) -> None:
    is_awaited = mail.urgency == Mail.Urgency.AWAITED
    send = tasks.send_awaited_mail if is_awaited else tasks.send_mail
    send.delay_on_commit(mail_pk=mail.pk)
