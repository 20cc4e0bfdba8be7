"""Who hires each other in a ring is a kind of link that our staff judge."""

from django.db import migrations, models


class Migration(migrations.Migration):

    unsafe_because = "the table of links holds a row for some contracts only, and is read in moments"

    dependencies = [
        ('accounts', '0020_audit'),
        ('contracts', '0038_request_ids'),
        ('experts', '0033_words_may_go'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='link',
            name='link_is_to_be_judged',
        ),
        migrations.AlterField(
            model_name='link',
            name='kind',
            field=models.CharField(choices=[('member', 'The expert is a member of the client'), ('mailbox', 'The same mailbox'), ('vat', 'The same VAT number'), ('card', "Paid with a card of a business of the expert's"), ('bank', 'The same bank account'), ('former', 'The expert was a member of the client within two years'), ('invited', 'The client has invited the expert as a member'), ('elsewhere', 'Members of another business together'), ('device', 'Signed in from the same place with the same browser'), ('network', 'Signed in from the same network'), ('domain', "Addresses of the same business's mail"), ('ring', 'They hire each other in a ring')], max_length=9),
        ),
        migrations.AddConstraint(
            model_name='link',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ('former', 'invited', 'elsewhere', 'device', 'network', 'domain', 'ring'))), name='link_is_to_be_judged'),
        ),
    ]
