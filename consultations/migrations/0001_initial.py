"""Who sits, rounds, meetings and mails, as in 1.0.0; the view of seats stands in `sql/`."""

import consultations.models
import datetime
import delegations.models
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import simple_history.models
import uuid
from django.conf import settings
from django.db import migrations, models

from delegations.never_emptied import never_emptied
from delegations.sql_files import run_sql_file


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("delegations", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Sitting",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "way", "row", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "way",
                    models.TextField(
                        choices=[
                            ("own", "Own"),
                            ("member", "Member"),
                            ("coordinator", "Coordinator"),
                        ]
                    ),
                ),
                ("row", models.BigIntegerField()),
                ("days", django.contrib.postgres.fields.ranges.DateRangeField()),
            ],
            options={
                "db_table": "consultations_sitting",
                "managed": False,
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Consultation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("slug", models.SlugField(max_length=80, unique=True, verbose_name="address")),
                ("title", models.CharField(max_length=300, verbose_name="title")),
                ("mandate", models.TextField(blank=True, max_length=5000, verbose_name="mandate")),
                (
                    "handling",
                    models.CharField(
                        blank=True,
                        help_text="Stands on every paper, for example: For participants only.",
                        max_length=120,
                        verbose_name="handling mark",
                    ),
                ),
                (
                    "time_zone",
                    models.CharField(
                        default="America/New_York", max_length=60, verbose_name="time zone"
                    ),
                ),
                (
                    "is_invented",
                    models.BooleanField(
                        default=False,
                        help_text="A demonstration: every page says so.",
                        verbose_name="text and inputs are invented",
                    ),
                ),
                (
                    "silence_hours",
                    models.PositiveSmallIntegerField(
                        default=24, verbose_name="shortest silence, in hours"
                    ),
                ),
                (
                    "silence_seat_hours",
                    models.PositiveSmallIntegerField(
                        default=8, verbose_name="working hours of it at the seat"
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False),
                ),
                (
                    "closed_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="record closed"),
                ),
            ],
            options={
                "verbose_name": "consultation",
                "verbose_name_plural": "consultations",
                "ordering": ["-created_at"],
            },
        ),
        migrations.CreateModel(
            name="ApiToken",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("capacity", models.CharField(max_length=60)),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("key_hash", models.CharField(editable=False, max_length=64, unique=True)),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False),
                ),
                (
                    "expires_at",
                    models.DateTimeField(default=consultations.models.usual_expiry, editable=False),
                ),
                ("last_used_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("ended_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="api_tokens",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "API token",
                "verbose_name_plural": "API tokens",
            },
        ),
        migrations.CreateModel(
            name="Announcement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "words",
                    models.TextField(
                        validators=[django.core.validators.MaxLengthValidator(500)],
                        verbose_name="words",
                    ),
                ),
                ("from_at", models.DateTimeField(verbose_name="from")),
                ("until_at", models.DateTimeField(verbose_name="until")),
                ("ended_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "consultation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="announcements",
                        to="consultations.consultation",
                    ),
                ),
            ],
            options={
                "verbose_name": "announcement",
                "verbose_name_plural": "announcements",
                "ordering": ["-from_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("until_at__gt", models.F("from_at"))),
                        name="announcement_ends_after_it_begins",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Facilitation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("co_facilitator", "co-facilitator"),
                            ("staff", "staff of the co-facilitators"),
                            ("secretariat", "secretariat"),
                        ],
                        max_length=20,
                        verbose_name="function",
                    ),
                ),
                (
                    "started_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="since"),
                ),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="until")),
                (
                    "consultation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="facilitations",
                        to="consultations.consultation",
                    ),
                ),
                (
                    "delegation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="delegations.delegation",
                        verbose_name="delegation they come from",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="facilitations",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "facilitation",
                "verbose_name_plural": "facilitations",
                "constraints": [
                    models.UniqueConstraint(
                        models.F("consultation"),
                        models.F("user"),
                        models.F("role"),
                        condition=models.Q(("ended_at", None)),
                        name="facilitation_open_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("role", "secretariat"), _negated=True),
                            ("delegation", None),
                            _connector="OR",
                        ),
                        name="secretariat_of_no_delegation",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FunctionInvitation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("email", models.EmailField(max_length=254, verbose_name="e-mail address")),
                ("name", models.CharField(blank=True, max_length=150, verbose_name="name")),
                (
                    "language",
                    models.CharField(
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
                ("sent_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("reminded_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("expires_at", models.DateTimeField(default=delegations.models.invitation_expiry)),
                ("accepted_at", models.DateTimeField(blank=True, null=True)),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("co_facilitator", "co-facilitator"),
                            ("staff", "staff of the co-facilitators"),
                            ("secretariat", "secretariat"),
                        ],
                        max_length=20,
                        verbose_name="function",
                    ),
                ),
                (
                    "consultation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="function_invitations",
                        to="consultations.consultation",
                    ),
                ),
                (
                    "delegation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="delegations.delegation",
                        verbose_name="delegation they come from",
                    ),
                ),
                (
                    "invited_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "invitation",
                "verbose_name_plural": "invitations",
                "constraints": [
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("email"),
                        models.F("consultation"),
                        models.F("role"),
                        condition=models.Q(("accepted_at", None), ("revoked_at", None)),
                        name="function_invitation_open_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("role", "secretariat"), _negated=True),
                            ("delegation", None),
                            _connector="OR",
                        ),
                        name="invited_secretariat_of_no_delegation",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalAnnouncement",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                (
                    "words",
                    models.TextField(
                        validators=[django.core.validators.MaxLengthValidator(500)],
                        verbose_name="words",
                    ),
                ),
                ("from_at", models.DateTimeField(verbose_name="from")),
                ("until_at", models.DateTimeField(verbose_name="until")),
                ("ended_at", models.DateTimeField(blank=True, editable=False, null=True)),
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
                    "consultation",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="consultations.consultation",
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
                "verbose_name": "historical announcement",
                "verbose_name_plural": "historical announcements",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalConsultation",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                ("slug", models.SlugField(max_length=80, verbose_name="address")),
                ("title", models.CharField(max_length=300, verbose_name="title")),
                ("mandate", models.TextField(blank=True, max_length=5000, verbose_name="mandate")),
                (
                    "handling",
                    models.CharField(
                        blank=True,
                        help_text="Stands on every paper, for example: For participants only.",
                        max_length=120,
                        verbose_name="handling mark",
                    ),
                ),
                (
                    "time_zone",
                    models.CharField(
                        default="America/New_York", max_length=60, verbose_name="time zone"
                    ),
                ),
                (
                    "is_invented",
                    models.BooleanField(
                        default=False,
                        help_text="A demonstration: every page says so.",
                        verbose_name="text and inputs are invented",
                    ),
                ),
                (
                    "silence_hours",
                    models.PositiveSmallIntegerField(
                        default=24, verbose_name="shortest silence, in hours"
                    ),
                ),
                (
                    "silence_seat_hours",
                    models.PositiveSmallIntegerField(
                        default=8, verbose_name="working hours of it at the seat"
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False),
                ),
                (
                    "closed_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="record closed"),
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
                "verbose_name": "historical consultation",
                "verbose_name_plural": "historical consultations",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalFacilitation",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("co_facilitator", "co-facilitator"),
                            ("staff", "staff of the co-facilitators"),
                            ("secretariat", "secretariat"),
                        ],
                        max_length=20,
                        verbose_name="function",
                    ),
                ),
                (
                    "started_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="since"),
                ),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="until")),
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
                    "consultation",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="consultations.consultation",
                    ),
                ),
                (
                    "delegation",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="delegations.delegation",
                        verbose_name="delegation they come from",
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
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "historical facilitation",
                "verbose_name_plural": "historical facilitations",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalSeat",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                (
                    "status",
                    models.CharField(
                        choices=[("participant", "participant"), ("observer", "observer")],
                        max_length=20,
                        verbose_name="status",
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="name it sits under")),
                ("code", models.CharField(max_length=24, verbose_name="code")),
                (
                    "rank",
                    models.PositiveSmallIntegerField(
                        help_text="1 groups, 2 Member States, 3 observer States, …",
                        verbose_name="place in the table",
                    ),
                ),
                ("sort_key", models.CharField(max_length=200, verbose_name="sort key")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="left")),
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
                    "consultation",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="consultations.consultation",
                    ),
                ),
                (
                    "delegation",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="delegations.delegation",
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
                "verbose_name": "historical seat",
                "verbose_name_plural": "historical seats",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalWorkingRoom",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                (
                    "is_for_all",
                    models.BooleanField(default=True, verbose_name="open to all delegations"),
                ),
                (
                    "started_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="since"
                    ),
                ),
                (
                    "ended_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="ended"
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
                    "consultation",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="consultations.consultation",
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
                "verbose_name": "historical working room",
                "verbose_name_plural": "historical working rooms",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
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
                    models.CharField(
                        choices=[
                            ("at_once", "at once, on what I watch; and before meetings"),
                            (
                                "daily",
                                "daily at 07:00 my time, on what I watch; and before meetings",
                            ),
                            ("meetings", "before meetings only"),
                            ("never", "never"),
                        ],
                        default="meetings",
                        max_length=10,
                        verbose_name="mail",
                    ),
                ),
                (
                    "unwanted",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20), blank=True, default=list
                    ),
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
                "verbose_name": "choice of mail",
                "verbose_name_plural": "choices of mail",
                "db_table": "comments_mailchoice",
                "indexes": [
                    models.Index(
                        models.F("often"),
                        condition=models.Q(("often__in", ["at_once", "daily"])),
                        name="mail_choice_of_notices",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("user"), models.F("capacity"), name="mail_choice_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Round",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("opens_at", models.DateTimeField(verbose_name="opens")),
                ("deadline", models.DateTimeField(verbose_name="deadline")),
                ("extended_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "closed_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="closed"
                    ),
                ),
                (
                    "visibility",
                    models.CharField(
                        choices=[
                            ("facilitators", "facilitators only"),
                            ("at_close", "all, at the close"),
                            ("at_once", "all, at once"),
                        ],
                        max_length=20,
                        verbose_name="visibility",
                    ),
                ),
                (
                    "late_policy",
                    models.CharField(
                        choices=[("refuse", "refused"), ("mark", "accepted and marked late")],
                        default="mark",
                        max_length=20,
                        verbose_name="late inputs",
                    ),
                ),
                (
                    "closable_after_days",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        verbose_name="days until inputs may be closed without an answer",
                    ),
                ),
                (
                    "proposed_limit",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="words of a proposal"
                    ),
                ),
                (
                    "rationale_limit",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="words of a reason"
                    ),
                ),
                (
                    "consents",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("round", "as the round says"),
                                ("public", "may be published"),
                                ("unattributed", "without attribution"),
                                ("facilitators", "facilitators only"),
                            ],
                            max_length=20,
                        ),
                        blank=True,
                        default=list,
                    ),
                ),
                (
                    "asks_again",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="later_rounds",
                        to="consultations.round",
                        verbose_name="asks again on the texts of",
                    ),
                ),
                (
                    "consultation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rounds",
                        to="consultations.consultation",
                    ),
                ),
            ],
            options={
                "verbose_name": "round",
                "verbose_name_plural": "rounds",
                "ordering": ["opens_at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("deadline__gt", models.F("opens_at"))),
                        name="round_deadline_after_opening",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalRound",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("opens_at", models.DateTimeField(verbose_name="opens")),
                ("deadline", models.DateTimeField(verbose_name="deadline")),
                ("extended_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "closed_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="closed"
                    ),
                ),
                (
                    "visibility",
                    models.CharField(
                        choices=[
                            ("facilitators", "facilitators only"),
                            ("at_close", "all, at the close"),
                            ("at_once", "all, at once"),
                        ],
                        max_length=20,
                        verbose_name="visibility",
                    ),
                ),
                (
                    "late_policy",
                    models.CharField(
                        choices=[("refuse", "refused"), ("mark", "accepted and marked late")],
                        default="mark",
                        max_length=20,
                        verbose_name="late inputs",
                    ),
                ),
                (
                    "closable_after_days",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        verbose_name="days until inputs may be closed without an answer",
                    ),
                ),
                (
                    "proposed_limit",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="words of a proposal"
                    ),
                ),
                (
                    "rationale_limit",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="words of a reason"
                    ),
                ),
                (
                    "consents",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("round", "as the round says"),
                                ("public", "may be published"),
                                ("unattributed", "without attribution"),
                                ("facilitators", "facilitators only"),
                            ],
                            max_length=20,
                        ),
                        blank=True,
                        default=list,
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
                    "consultation",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="consultations.consultation",
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
                (
                    "asks_again",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="consultations.round",
                        verbose_name="asks again on the texts of",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical round",
                "verbose_name_plural": "historical rounds",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="Seat",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "status",
                    models.CharField(
                        choices=[("participant", "participant"), ("observer", "observer")],
                        max_length=20,
                        verbose_name="status",
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="name it sits under")),
                ("code", models.CharField(max_length=24, verbose_name="code")),
                (
                    "rank",
                    models.PositiveSmallIntegerField(
                        help_text="1 groups, 2 Member States, 3 observer States, …",
                        verbose_name="place in the table",
                    ),
                ),
                (
                    "sort_key",
                    models.CharField(db_collation="C", max_length=200, verbose_name="sort key"),
                ),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="left")),
                (
                    "consultation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="seats",
                        to="consultations.consultation",
                    ),
                ),
                (
                    "delegation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="seats",
                        to="delegations.delegation",
                    ),
                ),
            ],
            options={
                "verbose_name": "seat",
                "verbose_name_plural": "seats",
                "ordering": ["rank", "sort_key", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("consultation"), models.F("delegation"), name="seat_once"
                    ),
                    models.UniqueConstraint(
                        models.F("consultation"), models.F("code"), name="seat_code_once"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="IdempotencyKey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField()),
                ("content_hash", models.CharField(max_length=64)),
                ("made", models.UUIDField()),
                ("used_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "consultation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="consultations.consultation",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "seat",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="consultations.seat",
                    ),
                ),
            ],
            options={
                "verbose_name": "idempotency key",
                "verbose_name_plural": "idempotency keys",
                "constraints": [
                    models.UniqueConstraint(
                        models.F("user"),
                        models.F("consultation"),
                        models.F("seat"),
                        models.F("key"),
                        name="key_once",
                        nulls_distinct=False,
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="WorkingRoom",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                (
                    "is_for_all",
                    models.BooleanField(default=True, verbose_name="open to all delegations"),
                ),
                (
                    "started_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="since"
                    ),
                ),
                (
                    "ended_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="ended"
                    ),
                ),
                (
                    "consultation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="working_rooms",
                        to="consultations.consultation",
                    ),
                ),
            ],
            options={
                "verbose_name": "working room",
                "verbose_name_plural": "working rooms",
                "ordering": ["started_at", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("consultation"),
                        models.F("name"),
                        condition=models.Q(("ended_at", None)),
                        name="working_room_named_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Meeting",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "consultation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="meetings",
                        to="consultations.consultation",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("informal", "informal consultation"),
                            ("informal_informal", "informal-informal"),
                        ],
                        default="informal",
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                ("title", models.CharField(max_length=200, verbose_name="title")),
                ("starts_at", models.DateTimeField(verbose_name="starts")),
                ("place", models.CharField(blank=True, max_length=200, verbose_name="place")),
                (
                    "room",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="meetings",
                        to="consultations.workingroom",
                        verbose_name="room",
                    ),
                ),
                (
                    "digest_lead",
                    models.DurationField(
                        default=datetime.timedelta(days=1), verbose_name="digest before the meeting"
                    ),
                ),
                (
                    "cancelled_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="cancelled"
                    ),
                ),
                ("digest_claimed_for", models.DateTimeField(blank=True, editable=False, null=True)),
            ],
            options={
                "verbose_name": "meeting",
                "verbose_name_plural": "meetings",
                "ordering": ["starts_at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Mail",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("kind", models.CharField(max_length=20, verbose_name="kind")),
                (
                    "address",
                    models.EmailField(blank=True, max_length=254, verbose_name="e-mail address"),
                ),
                ("capacity", models.CharField(blank=True, max_length=60)),
                ("about", models.BigIntegerField(default=0)),
                ("facts", models.JSONField(blank=True, default=dict)),
                ("meeting_at", models.DateTimeField(blank=True, null=True)),
                ("meeting_place", models.CharField(blank=True, max_length=200)),
                ("since", models.DateTimeField(blank=True, null=True)),
                ("until", models.DateTimeField(blank=True, null=True)),
                ("items", models.JSONField(blank=True, default=dict)),
                ("written_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("due_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("refused_at", models.DateTimeField(blank=True, null=True)),
                ("bounced_at", models.DateTimeField(blank=True, null=True)),
                ("dropped_at", models.DateTimeField(blank=True, null=True)),
                ("opened_at", models.DateTimeField(blank=True, null=True)),
                ("why", models.CharField(blank=True, max_length=60)),
                (
                    "consultation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mails",
                        to="consultations.consultation",
                    ),
                ),
                (
                    "invitation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mails",
                        to="delegations.invitation",
                    ),
                ),
                (
                    "reader",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mails",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "meeting",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mails",
                        to="consultations.meeting",
                    ),
                ),
            ],
            options={
                "verbose_name": "mail",
                "verbose_name_plural": "mails",
                "indexes": [
                    models.Index(
                        models.F("due_at"),
                        condition=models.Q(
                            ("dropped_at", None), ("refused_at", None), ("sent_at", None)
                        ),
                        name="mail_waiting",
                    ),
                    models.Index(models.F("kind"), models.F("about"), name="mail_about"),
                    models.Index(
                        models.F("reader"),
                        models.F("capacity"),
                        models.F("until"),
                        name="mail_watermark",
                    ),
                    models.Index(
                        fields=["consultation", "-written_at"], name="mail_of_consultation"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("meeting"),
                        models.F("reader"),
                        models.F("capacity"),
                        condition=models.Q(("dropped_at", None), ("kind", "digest")),
                        name="mail_digest_once",
                    ),
                    models.UniqueConstraint(
                        models.F("meeting"),
                        models.F("reader"),
                        models.F("capacity"),
                        condition=models.Q(
                            ("dropped_at", None),
                            ("kind__in", ["moved", "cancelled"]),
                            ("sent_at", None),
                        ),
                        name="mail_notice_waits_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalMinutes",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                ("begun_at", models.DateTimeField(verbose_name="begun")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended")),
                ("issued_at", models.DateTimeField(blank=True, null=True, verbose_name="issued")),
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
                (
                    "meeting",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="consultations.meeting",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical minutes",
                "verbose_name_plural": "historical minutes",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="Minutes",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("begun_at", models.DateTimeField(verbose_name="begun")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended")),
                ("issued_at", models.DateTimeField(blank=True, null=True, verbose_name="issued")),
                (
                    "meeting",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="minutes",
                        to="consultations.meeting",
                    ),
                ),
            ],
            options={
                "verbose_name": "minutes",
                "verbose_name_plural": "minutes",
            },
        ),
        migrations.CreateModel(
            name="RoomMember",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "started_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="since"),
                ),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="until")),
                (
                    "seat",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="working_rooms",
                        to="consultations.seat",
                    ),
                ),
                (
                    "room",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="members",
                        to="consultations.workingroom",
                    ),
                ),
            ],
            options={
                "verbose_name": "member of a room",
                "verbose_name_plural": "members of rooms",
                "ordering": ["seat__rank", "seat__sort_key", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("room"),
                        models.F("seat"),
                        condition=models.Q(("ended_at", None)),
                        name="room_member_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RoomChair",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "started_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="since"),
                ),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="until")),
                (
                    "facilitation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="chaired",
                        to="consultations.facilitation",
                    ),
                ),
                (
                    "room",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="chairs",
                        to="consultations.workingroom",
                    ),
                ),
            ],
            options={
                "verbose_name": "chair of a room",
                "verbose_name_plural": "chairs of rooms",
                "ordering": ["started_at", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("room"),
                        models.F("facilitation"),
                        condition=models.Q(("ended_at", None)),
                        name="room_chair_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalRoomMember",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                (
                    "started_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="since"),
                ),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="until")),
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
                (
                    "seat",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="consultations.seat",
                    ),
                ),
                (
                    "room",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="consultations.workingroom",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical member of a room",
                "verbose_name_plural": "historical members of rooms",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalRoomChair",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                (
                    "started_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="since"),
                ),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="until")),
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
                    "facilitation",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="consultations.facilitation",
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
                (
                    "room",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="consultations.workingroom",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical chair of a room",
                "verbose_name_plural": "historical chairs of rooms",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalMeeting",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("informal", "informal consultation"),
                            ("informal_informal", "informal-informal"),
                        ],
                        default="informal",
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                ("title", models.CharField(max_length=200, verbose_name="title")),
                ("starts_at", models.DateTimeField(verbose_name="starts")),
                ("place", models.CharField(blank=True, max_length=200, verbose_name="place")),
                (
                    "digest_lead",
                    models.DurationField(
                        default=datetime.timedelta(days=1), verbose_name="digest before the meeting"
                    ),
                ),
                (
                    "cancelled_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="cancelled"
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
                    "consultation",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="consultations.consultation",
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
                (
                    "room",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="consultations.workingroom",
                        verbose_name="room",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical meeting",
                "verbose_name_plural": "historical meetings",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="AnnouncementDismissal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "dismissed_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False),
                ),
                (
                    "announcement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="dismissals",
                        to="consultations.announcement",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "dismissed announcement",
                "verbose_name_plural": "dismissed announcements",
                "constraints": [
                    models.UniqueConstraint(
                        models.F("announcement"),
                        models.F("user"),
                        name="announcement_dismissed_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CalendarFeed",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("capacity", models.CharField(max_length=60)),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("key_hash", models.CharField(editable=False, max_length=64, unique=True)),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False),
                ),
                ("last_used_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("ended_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="calendar_feeds",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "consultation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="consultations.consultation",
                    ),
                ),
            ],
            options={
                "verbose_name": "calendar address",
                "verbose_name_plural": "calendar addresses",
                "constraints": [
                    models.UniqueConstraint(
                        models.F("user"),
                        models.F("capacity"),
                        models.F("consultation"),
                        condition=models.Q(("ended_at", None)),
                        name="calendar_feed_open_once",
                    )
                ],
            },
        ),
        run_sql_file(__file__, "where_a_delegation_sits.sql"),
        never_emptied(
            "consultations_consultation",
            "consultations_historicalconsultation",
            "consultations_facilitation",
            "consultations_historicalfacilitation",
            "consultations_seat",
            "consultations_historicalseat",
            "consultations_round",
            "consultations_historicalround",
            "consultations_meeting",
            "consultations_historicalmeeting",
            "consultations_mail",
            "consultations_minutes",
            "consultations_historicalminutes",
            "consultations_announcement",
            "consultations_historicalannouncement",
            "consultations_workingroom",
            "consultations_historicalworkingroom",
            "consultations_roomchair",
            "consultations_historicalroomchair",
            "consultations_roommember",
            "consultations_historicalroommember",
        ),
    ]
