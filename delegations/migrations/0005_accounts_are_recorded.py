"""Accounts leave a history, from what they are now on; an invitation knows name and language."""

import django.db.models.deletion
import django.utils.timezone
import simple_history.models
import uuid
from django.conf import settings
from django.db import migrations, models

COPIED = (
    "id",
    "is_superuser",
    "public_id",
    "email",
    "name",
    "language",
    "time_zone",
    "is_active",
    "is_staff",
    "date_joined",
)


def copy_present_state(apps, schema_editor):
    """The state that the first change will be compared with."""
    here = schema_editor.connection.alias
    users = apps.get_model("delegations", "User").objects.using(here)
    states = apps.get_model("delegations", "HistoricalUser")
    moment = django.utils.timezone.now()
    states.objects.using(here).bulk_create(
        states(
            history_date=moment,
            history_type="+",
            history_change_reason="as it stood",
            **{name: getattr(user, name) for name in COPIED},
        )
        for user in users.order_by("pk")
    )


class Migration(migrations.Migration):
    dependencies = [
        ("delegations", "0004_mails_say_whether_they_left"),
    ]

    operations = [
        migrations.AddField(
            model_name="invitation",
            name="language",
            field=models.CharField(
                blank=True,
                choices=[
                    ("ar", "Arabic"),
                    ("zh", "Chinese"),
                    ("en", "English"),
                    ("fr", "French"),
                    ("ru", "Russian"),
                    ("es", "Spanish"),
                ],
                max_length=7,
                verbose_name="language",
            ),
        ),
        migrations.AddField(
            model_name="invitation",
            name="name",
            field=models.CharField(blank=True, max_length=150, verbose_name="name"),
        ),
        migrations.AddField(
            model_name="invitation",
            name="reminded_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.CreateModel(
            name="HistoricalUser",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                ("public_id", models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                (
                    "email",
                    models.EmailField(db_index=True, max_length=254, verbose_name="e-mail address"),
                ),
                ("name", models.CharField(max_length=150, verbose_name="name")),
                (
                    "language",
                    models.CharField(
                        choices=[
                            ("ar", "Arabic"),
                            ("zh", "Chinese"),
                            ("en", "English"),
                            ("fr", "French"),
                            ("ru", "Russian"),
                            ("es", "Spanish"),
                        ],
                        default="en",
                        max_length=7,
                        verbose_name="language",
                    ),
                ),
                (
                    "time_zone",
                    models.CharField(
                        default="America/New_York", max_length=60, verbose_name="time zone"
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="may sign in")),
                (
                    "is_staff",
                    models.BooleanField(
                        default=False, verbose_name="may open the secretariat's desk"
                    ),
                ),
                (
                    "date_joined",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="joined"
                    ),
                ),
                ("history_change_reason", models.CharField(max_length=300, null=True)),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "historical user",
                "verbose_name_plural": "historical users",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.RunPython(copy_present_state, migrations.RunPython.noop),
    ]
