"""Choices of mail stand beside the mails; people choose on which topics they want none.

The table stays as it is: comments, 0018 lets go of the model, and here it is taken over.
"""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

OFTEN = [
    ("at_once", "at once, on what I watch; and before meetings"),
    ("daily", "daily at 07:00 my time, on what I watch; and before meetings"),
    ("meetings", "before meetings only"),
    ("never", "never"),
]
CHOICE = migrations.CreateModel(
    name="MailChoice",
    fields=[
        (
            "id",
            models.BigAutoField(
                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
            ),
        ),
        ("capacity", models.CharField(max_length=60)),
        (
            "often",
            models.CharField(choices=OFTEN, default="meetings", max_length=10, verbose_name="mail"),
        ),
        ("chosen_at", models.DateTimeField(default=django.utils.timezone.now)),
        ("told_until", models.DateTimeField(default=django.utils.timezone.now)),
        (
            "user",
            models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
    ],
    options={
        "db_table": "comments_mailchoice",
        "verbose_name": "choice of mail",
        "verbose_name_plural": "choices of mail",
        "indexes": [
            models.Index(
                models.F("often"),
                condition=models.Q(("often__in", ["at_once", "daily"])),
                name="mail_choice_of_notices",
            )
        ],
        "constraints": [
            models.UniqueConstraint(models.F("user"), models.F("capacity"), name="mail_choice_once")
        ],
    },
)


class Migration(migrations.Migration):
    dependencies = [
        ("comments", "0018_choices_of_mail_move"),
        ("consultations", "0008_never_emptied"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(state_operations=[CHOICE]),
        migrations.AddField(
            "mailchoice",
            "unwanted",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=20), blank=True, default=list, size=None
            ),
        ),
    ]
