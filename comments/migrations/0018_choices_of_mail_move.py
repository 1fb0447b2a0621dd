"""Choices of mail leave this room: consultations, 0009 takes over their table as it is."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("comments", "0017_never_emptied")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.DeleteModel("MailChoice")]
        ),
    ]
