"""What follows from a move in this app, one line each."""

from datetime import datetime

from accounts import tasks
from accounts.models import Delivery, Mail
from marketplace.kit.states import after


@after(Mail, "queue")
def send_the_mail(mail: Mail, _: datetime) -> None:
    is_awaited = mail.urgency == Mail.Urgency.AWAITED
    send = tasks.send_awaited_mail if is_awaited else tasks.send_mail
    send.delay_on_commit(mail_pk=mail.pk)


@after(Delivery, "queue", "send_again")
def tell_the_program(delivery: Delivery, _: datetime) -> None:
    tasks.deliver_to_webhook.delay_on_commit(delivery_pk=delivery.pk)
