"""Who is who, as in 1.0.0; what the database itself keeps stands in `sql/` (docs/testing.md)."""

import delegations.models
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
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.CreateModel(
            name="Delegation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("group", "group"),
                            ("member_state", "Member State"),
                            ("observer_state", "observer State"),
                            ("un_entity", "UN entity"),
                            ("specialized_agency", "specialized agency"),
                            ("related_organization", "related organization"),
                            ("intergovernmental_organization", "intergovernmental organization"),
                        ],
                        max_length=40,
                        verbose_name="kind",
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        help_text="Opens every number: PRT-7.",
                        max_length=24,
                        unique=True,
                        verbose_name="code",
                    ),
                ),
                (
                    "iso2",
                    models.CharField(
                        blank=True, max_length=2, verbose_name="ISO code, two letters"
                    ),
                ),
                ("m49", models.CharField(blank=True, max_length=3, verbose_name="M49 code")),
                ("short_en", models.CharField(max_length=200, verbose_name="short name, English")),
                (
                    "short_ar",
                    models.CharField(blank=True, max_length=200, verbose_name="short name, Arabic"),
                ),
                (
                    "short_zh",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="short name, Chinese"
                    ),
                ),
                (
                    "short_fr",
                    models.CharField(blank=True, max_length=200, verbose_name="short name, French"),
                ),
                (
                    "short_ru",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="short name, Russian"
                    ),
                ),
                (
                    "short_es",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="short name, Spanish"
                    ),
                ),
                (
                    "formal_en",
                    models.CharField(
                        blank=True, max_length=250, verbose_name="formal name, English"
                    ),
                ),
                (
                    "formal_ar",
                    models.CharField(
                        blank=True, max_length=250, verbose_name="formal name, Arabic"
                    ),
                ),
                (
                    "formal_zh",
                    models.CharField(
                        blank=True, max_length=250, verbose_name="formal name, Chinese"
                    ),
                ),
                (
                    "formal_fr",
                    models.CharField(
                        blank=True, max_length=250, verbose_name="formal name, French"
                    ),
                ),
                (
                    "formal_ru",
                    models.CharField(
                        blank=True, max_length=250, verbose_name="formal name, Russian"
                    ),
                ),
                (
                    "formal_es",
                    models.CharField(
                        blank=True, max_length=250, verbose_name="formal name, Spanish"
                    ),
                ),
                (
                    "sort_key",
                    models.CharField(
                        db_collation="C",
                        help_text="Order in every list and table: plain capital letters, English.",
                        max_length=200,
                        verbose_name="sort key",
                    ),
                ),
                (
                    "regional_group",
                    models.CharField(blank=True, max_length=60, verbose_name="regional group"),
                ),
                (
                    "is_corrected",
                    models.BooleanField(
                        default=False,
                        help_text="Loading the reference data leaves a corrected row alone.",
                        verbose_name="corrected by the secretariat",
                    ),
                ),
            ],
            options={
                "verbose_name": "delegation",
                "verbose_name_plural": "delegations",
                "ordering": ["sort_key", "code"],
            },
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                (
                    "last_login",
                    models.DateTimeField(blank=True, null=True, verbose_name="last login"),
                ),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "email",
                    models.EmailField(max_length=254, unique=True, verbose_name="e-mail address"),
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
                ("steps_skipped", models.JSONField(blank=True, default=list, editable=False)),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "verbose_name": "user",
                "verbose_name_plural": "users",
                "constraints": [
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("email"),
                        name="user_email_whatever_case",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="GroupMembership",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("starts_on", models.DateField(blank=True, null=True, verbose_name="from")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="until")),
                (
                    "group",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to="delegations.delegation",
                        verbose_name="group",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="groups",
                        to="delegations.delegation",
                        verbose_name="member",
                    ),
                ),
            ],
            options={
                "verbose_name": "group membership",
                "verbose_name_plural": "group memberships",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("group", models.F("member")), _negated=True),
                        name="group_not_its_own_member",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on", None),
                            ("starts_on", None),
                            ("ends_on__gt", models.F("starts_on")),
                            _connector="OR",
                        ),
                        name="membership_ends_after_it_starts",
                    ),
                    models.UniqueConstraint(
                        models.F("group"),
                        models.F("member"),
                        condition=models.Q(("ends_on", None)),
                        name="membership_open_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalDelegation",
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
                            ("group", "group"),
                            ("member_state", "Member State"),
                            ("observer_state", "observer State"),
                            ("un_entity", "UN entity"),
                            ("specialized_agency", "specialized agency"),
                            ("related_organization", "related organization"),
                            ("intergovernmental_organization", "intergovernmental organization"),
                        ],
                        max_length=40,
                        verbose_name="kind",
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        db_index=True,
                        help_text="Opens every number: PRT-7.",
                        max_length=24,
                        verbose_name="code",
                    ),
                ),
                (
                    "iso2",
                    models.CharField(
                        blank=True, max_length=2, verbose_name="ISO code, two letters"
                    ),
                ),
                ("m49", models.CharField(blank=True, max_length=3, verbose_name="M49 code")),
                ("short_en", models.CharField(max_length=200, verbose_name="short name, English")),
                (
                    "short_ar",
                    models.CharField(blank=True, max_length=200, verbose_name="short name, Arabic"),
                ),
                (
                    "short_zh",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="short name, Chinese"
                    ),
                ),
                (
                    "short_fr",
                    models.CharField(blank=True, max_length=200, verbose_name="short name, French"),
                ),
                (
                    "short_ru",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="short name, Russian"
                    ),
                ),
                (
                    "short_es",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="short name, Spanish"
                    ),
                ),
                (
                    "formal_en",
                    models.CharField(
                        blank=True, max_length=250, verbose_name="formal name, English"
                    ),
                ),
                (
                    "formal_ar",
                    models.CharField(
                        blank=True, max_length=250, verbose_name="formal name, Arabic"
                    ),
                ),
                (
                    "formal_zh",
                    models.CharField(
                        blank=True, max_length=250, verbose_name="formal name, Chinese"
                    ),
                ),
                (
                    "formal_fr",
                    models.CharField(
                        blank=True, max_length=250, verbose_name="formal name, French"
                    ),
                ),
                (
                    "formal_ru",
                    models.CharField(
                        blank=True, max_length=250, verbose_name="formal name, Russian"
                    ),
                ),
                (
                    "formal_es",
                    models.CharField(
                        blank=True, max_length=250, verbose_name="formal name, Spanish"
                    ),
                ),
                (
                    "sort_key",
                    models.CharField(
                        help_text="Order in every list and table: plain capital letters, English.",
                        max_length=200,
                        verbose_name="sort key",
                    ),
                ),
                (
                    "regional_group",
                    models.CharField(blank=True, max_length=60, verbose_name="regional group"),
                ),
                (
                    "is_corrected",
                    models.BooleanField(
                        default=False,
                        help_text="Loading the reference data leaves a corrected row alone.",
                        verbose_name="corrected by the secretariat",
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
                "verbose_name": "historical delegation",
                "verbose_name_plural": "historical delegations",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalGroupMembership",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                ("starts_on", models.DateField(blank=True, null=True, verbose_name="from")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="until")),
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
                    "group",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="delegations.delegation",
                        verbose_name="group",
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
                    "member",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="delegations.delegation",
                        verbose_name="member",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical group membership",
                "verbose_name_plural": "historical group memberships",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalMandate",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                ("starts_on", models.DateField(blank=True, null=True, verbose_name="from")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="until")),
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
                    "coordinator",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="delegations.delegation",
                        verbose_name="coordinator",
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="delegations.delegation",
                        verbose_name="group",
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
                "verbose_name": "historical mandate",
                "verbose_name_plural": "historical mandates",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalPost",
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
                            ("focal_point", "focal point"),
                            ("deputy", "deputy"),
                            ("contributor", "contributor"),
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
                    "delegation",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="delegations.delegation",
                        verbose_name="delegation",
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
                        verbose_name="user",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical post",
                "verbose_name_plural": "historical posts",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
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
        migrations.CreateModel(
            name="Mandate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("starts_on", models.DateField(blank=True, null=True, verbose_name="from")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="until")),
                (
                    "coordinator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="coordinates",
                        to="delegations.delegation",
                        verbose_name="coordinator",
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mandates",
                        to="delegations.delegation",
                        verbose_name="group",
                    ),
                ),
            ],
            options={
                "verbose_name": "mandate",
                "verbose_name_plural": "mandates",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("group", models.F("coordinator")), _negated=True),
                        name="group_not_its_own_coordinator",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on", None),
                            ("starts_on", None),
                            ("ends_on__gt", models.F("starts_on")),
                            _connector="OR",
                        ),
                        name="mandate_ends_after_it_starts",
                    ),
                    models.UniqueConstraint(
                        models.F("group"),
                        models.F("coordinator"),
                        condition=models.Q(("ends_on", None)),
                        name="mandate_open_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Post",
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
                            ("focal_point", "focal point"),
                            ("deputy", "deputy"),
                            ("contributor", "contributor"),
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
                    "last_active_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="last active"
                    ),
                ),
                (
                    "delegation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="posts",
                        to="delegations.delegation",
                        verbose_name="delegation",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="posts",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="user",
                    ),
                ),
            ],
            options={
                "verbose_name": "post",
                "verbose_name_plural": "posts",
                "constraints": [
                    models.UniqueConstraint(
                        models.F("user"),
                        models.F("delegation"),
                        condition=models.Q(("ended_at", None)),
                        name="post_open_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Invitation",
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
                            ("focal_point", "focal point"),
                            ("deputy", "deputy"),
                            ("contributor", "contributor"),
                        ],
                        max_length=20,
                        verbose_name="function",
                    ),
                ),
                (
                    "former_becomes",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("focal_point", "focal point"),
                            ("deputy", "deputy"),
                            ("contributor", "contributor"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "delegation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invitations",
                        to="delegations.delegation",
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
                (
                    "succeeds",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="delegations.post",
                    ),
                ),
            ],
            options={
                "verbose_name": "invitation",
                "verbose_name_plural": "invitations",
                "constraints": [
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("email"),
                        models.F("delegation"),
                        condition=models.Q(("accepted_at", None), ("revoked_at", None)),
                        name="invitation_open_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SignInLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("made_by", models.CharField(editable=False, max_length=300)),
                (
                    "made_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False),
                ),
                (
                    "expires_at",
                    models.DateTimeField(
                        default=delegations.models.sign_in_link_expiry, editable=False
                    ),
                ),
                ("used_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sign_in_links",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "sign-in link",
                "verbose_name_plural": "sign-in links",
            },
        ),
        run_sql_file(__file__, "record_is_never_emptied.sql"),
        never_emptied(
            "delegations_delegation",
            "delegations_historicaldelegation",
            "delegations_groupmembership",
            "delegations_historicalgroupmembership",
            "delegations_mandate",
            "delegations_historicalmandate",
            "delegations_user",
            "delegations_historicaluser",
            "delegations_post",
            "delegations_historicalpost",
            "delegations_invitation",
        ),
    ]
