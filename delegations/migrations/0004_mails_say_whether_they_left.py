"""Whether the mail of an invitation left stands in its mail (`consultations`, 0005)."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("delegations", "0003_mandate_ends_after_it_starts"),
        # Reads the column before it goes.
        ("consultations", "0005_invitations_are_mails"),
    ]

    operations = [
        migrations.RemoveField("invitation", "mailed_at"),
    ]
