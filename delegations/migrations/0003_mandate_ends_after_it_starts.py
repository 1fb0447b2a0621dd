"""A mandate ends after it starts, as a membership does: its days are asked as a range."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("delegations", "0002_hand_over_and_activity"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="mandate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ends_on", None),
                    ("starts_on", None),
                    ("ends_on__gt", models.F("starts_on")),
                    _connector="OR",
                ),
                name="mandate_ends_after_it_starts",
            ),
        ),
    ]
