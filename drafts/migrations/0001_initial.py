"""The text, as in 1.0.0; what the database itself keeps and finds stands in `sql/` (docs/testing.md)."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.core.validators
import django.db.models.deletion
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
        ("consultations", "0001_initial"),
        ("delegations", "0001_initial"),
    ]

    operations = [
        # An index of spellings needs them.
        run_sql_file(__file__, "extensions.sql"),
        migrations.CreateModel(
            name="Draft",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("slug", models.SlugField(max_length=80, verbose_name="address")),
                ("title", models.CharField(max_length=400, verbose_name="title")),
                ("symbol", models.CharField(blank=True, max_length=60, verbose_name="symbol")),
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
                        verbose_name="authentic language",
                    ),
                ),
                (
                    "numbering",
                    models.CharField(
                        choices=[
                            ("running", "running numbers"),
                            ("pp_op", "PP and OP"),
                            ("chapters", "numbers in each chapter: I.1, I.2, II.1"),
                            ("as_given", "as the file gives them"),
                            ("none", "no numbers"),
                        ],
                        default="running",
                        max_length=20,
                        verbose_name="numbering",
                    ),
                ),
                (
                    "levels",
                    models.CharField(
                        choices=[
                            ("letters", "(a), then (i)"),
                            ("decimal", "1.1, then 1.1.1"),
                            ("none", "no labels"),
                        ],
                        default="letters",
                        max_length=20,
                        verbose_name="subparagraphs",
                    ),
                ),
                (
                    "annexes",
                    models.CharField(
                        choices=[
                            ("running", "go on with the numbers of the text"),
                            ("own", "numbers of their own: A1, A2"),
                        ],
                        default="running",
                        max_length=20,
                        verbose_name="annex paragraphs",
                    ),
                ),
                ("place", models.PositiveSmallIntegerField(default=1, verbose_name="place")),
                (
                    "adopted_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="adopted"
                    ),
                ),
                (
                    "consultation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="drafts",
                        to="consultations.consultation",
                    ),
                ),
            ],
            options={
                "verbose_name": "text",
                "verbose_name_plural": "texts",
                "ordering": ["place", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("consultation"), models.F("slug"), name="draft_slug_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalDraft",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                ("slug", models.SlugField(max_length=80, verbose_name="address")),
                ("title", models.CharField(max_length=400, verbose_name="title")),
                ("symbol", models.CharField(blank=True, max_length=60, verbose_name="symbol")),
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
                        verbose_name="authentic language",
                    ),
                ),
                (
                    "numbering",
                    models.CharField(
                        choices=[
                            ("running", "running numbers"),
                            ("pp_op", "PP and OP"),
                            ("chapters", "numbers in each chapter: I.1, I.2, II.1"),
                            ("as_given", "as the file gives them"),
                            ("none", "no numbers"),
                        ],
                        default="running",
                        max_length=20,
                        verbose_name="numbering",
                    ),
                ),
                (
                    "levels",
                    models.CharField(
                        choices=[
                            ("letters", "(a), then (i)"),
                            ("decimal", "1.1, then 1.1.1"),
                            ("none", "no labels"),
                        ],
                        default="letters",
                        max_length=20,
                        verbose_name="subparagraphs",
                    ),
                ),
                (
                    "annexes",
                    models.CharField(
                        choices=[
                            ("running", "go on with the numbers of the text"),
                            ("own", "numbers of their own: A1, A2"),
                        ],
                        default="running",
                        max_length=20,
                        verbose_name="annex paragraphs",
                    ),
                ),
                ("place", models.PositiveSmallIntegerField(default=1, verbose_name="place")),
                (
                    "adopted_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="adopted"
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
                "verbose_name": "historical text",
                "verbose_name_plural": "historical texts",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="Paragraph",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("place", models.PositiveIntegerField(verbose_name="place")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("title", "title"),
                            ("heading", "heading"),
                            ("preambular", "preambular paragraph"),
                            ("operative", "operative paragraph"),
                            ("annex", "annex paragraph"),
                        ],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                (
                    "label",
                    models.CharField(
                        blank=True,
                        help_text="Kept once given: 12, OP3 bis, (a).",
                        max_length=40,
                        verbose_name="label",
                    ),
                ),
                (
                    "opening",
                    models.CharField(blank=True, max_length=200, verbose_name="opening words"),
                ),
                (
                    "text",
                    models.TextField(
                        validators=[django.core.validators.MaxLengthValidator(10000)],
                        verbose_name="text",
                    ),
                ),
                ("notes", models.JSONField(blank=True, default=list, verbose_name="footnotes")),
                (
                    "file_id",
                    models.CharField(blank=True, default="", editable=False, max_length=100),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("struck_at", models.DateTimeField(blank=True, null=True, verbose_name="struck")),
                ("discarded_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "draft",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="paragraphs",
                        to="drafts.draft",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="drafts.paragraph",
                    ),
                ),
            ],
            options={
                "verbose_name": "paragraph",
                "verbose_name_plural": "paragraphs",
                "ordering": ["place", "pk"],
                "indexes": [
                    models.Index(models.F("draft"), models.F("place"), name="paragraph_in_order")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("parent", None),
                            models.Q(("parent", models.F("id")), _negated=True),
                            _connector="OR",
                        ),
                        name="paragraph_not_its_own_parent",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalScreen",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                ("begun_at", models.DateTimeField(verbose_name="begun")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended")),
                (
                    "with_proposals",
                    models.BooleanField(default=False, verbose_name="with the proposals"),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
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
                (
                    "paragraph",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="drafts.paragraph",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical screen of a meeting",
                "verbose_name_plural": "historical screens of meetings",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalRoomPart",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                (
                    "started_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="from"),
                ),
                ("until", models.DateTimeField(blank=True, null=True, verbose_name="until")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended")),
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
                (
                    "paragraph",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="drafts.paragraph",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical part of a room",
                "verbose_name_plural": "historical parts of rooms",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalParagraph",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                ("place", models.PositiveIntegerField(verbose_name="place")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("title", "title"),
                            ("heading", "heading"),
                            ("preambular", "preambular paragraph"),
                            ("operative", "operative paragraph"),
                            ("annex", "annex paragraph"),
                        ],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                (
                    "label",
                    models.CharField(
                        blank=True,
                        help_text="Kept once given: 12, OP3 bis, (a).",
                        max_length=40,
                        verbose_name="label",
                    ),
                ),
                (
                    "opening",
                    models.CharField(blank=True, max_length=200, verbose_name="opening words"),
                ),
                (
                    "text",
                    models.TextField(
                        validators=[django.core.validators.MaxLengthValidator(10000)],
                        verbose_name="text",
                    ),
                ),
                ("notes", models.JSONField(blank=True, default=list, verbose_name="footnotes")),
                (
                    "file_id",
                    models.CharField(blank=True, default="", editable=False, max_length=100),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("struck_at", models.DateTimeField(blank=True, null=True, verbose_name="struck")),
                ("discarded_at", models.DateTimeField(blank=True, editable=False, null=True)),
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
                    "draft",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="drafts.draft",
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
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="drafts.paragraph",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical paragraph",
                "verbose_name_plural": "historical paragraphs",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalAgendaItem",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                ("place", models.PositiveSmallIntegerField(default=1)),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
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
                    "draft",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="drafts.draft",
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
                (
                    "paragraph",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="drafts.paragraph",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical agenda item",
                "verbose_name_plural": "historical agenda items",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="FileOffer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "how",
                    models.CharField(
                        choices=[
                            ("reworded", "reworded"),
                            ("added", "added"),
                            ("deleted", "deleted"),
                            ("moved", "moved"),
                            ("comment", "said in the margin"),
                        ],
                        max_length=20,
                    ),
                ),
                ("author", models.TextField(blank=True)),
                ("made_at", models.DateTimeField(null=True)),
                ("base", models.TextField(blank=True)),
                ("proposed", models.TextField(blank=True)),
                ("words", models.TextField(blank=True)),
                (
                    "draft",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="offers",
                        to="drafts.draft",
                    ),
                ),
                (
                    "after",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="drafts.paragraph",
                    ),
                ),
                (
                    "paragraph",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="offers",
                        to="drafts.paragraph",
                    ),
                ),
            ],
            options={
                "verbose_name": "offer of a file",
                "verbose_name_plural": "offers of files",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Editing",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("capacity", models.CharField(max_length=400)),
                ("seen_at", models.DateTimeField()),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "paragraph",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="editing",
                        to="drafts.paragraph",
                    ),
                ),
            ],
            options={
                "verbose_name": "paragraph being edited",
                "verbose_name_plural": "paragraphs being edited",
                "constraints": [
                    models.UniqueConstraint(
                        models.F("paragraph"), models.F("user"), name="editing_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AgendaItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("place", models.PositiveSmallIntegerField(default=1)),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="agenda",
                        to="consultations.meeting",
                    ),
                ),
                (
                    "draft",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="drafts.draft",
                    ),
                ),
                (
                    "paragraph",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="drafts.paragraph",
                    ),
                ),
            ],
            options={
                "verbose_name": "agenda item",
                "verbose_name_plural": "agenda items",
                "ordering": ["place", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Revision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("number", models.PositiveSmallIntegerField(verbose_name="number")),
                (
                    "stage",
                    models.CharField(
                        help_text="First draft, Rev.1, …", max_length=80, verbose_name="stage"
                    ),
                ),
                (
                    "nature",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("call", "call for inputs"),
                            ("corrigendum", "corrigendum"),
                            ("adopted", "adopted text"),
                        ],
                        default="draft",
                        max_length=20,
                        verbose_name="nature",
                    ),
                ),
                ("circulated_at", models.DateTimeField(verbose_name="circulated")),
                ("capacity", models.CharField(max_length=400)),
                ("note", models.TextField(blank=True, max_length=5000, verbose_name="note")),
                (
                    "names_askers",
                    models.BooleanField(default=False, verbose_name="names who asked for brackets"),
                ),
                (
                    "checksum",
                    models.CharField(blank=True, default="", editable=False, max_length=64),
                ),
                (
                    "circulated_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "draft",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="revisions",
                        to="drafts.draft",
                    ),
                ),
                (
                    "meeting",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="consultations.meeting",
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="revisions",
                        to="consultations.round",
                    ),
                ),
            ],
            options={
                "verbose_name": "revision",
                "verbose_name_plural": "revisions",
                "ordering": ["draft", "number"],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("draft"), models.F("number"), name="revision_number_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("number__gte", 1)), name="revision_number_from_one"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DeskStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "draft",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="drafts.draft",
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("add", "added"),
                            ("edit", "reworded"),
                            ("move", "moved"),
                            ("strike", "struck"),
                            ("restore", "restored"),
                            ("split", "split"),
                            ("merge", "merged"),
                            ("take", "words of an input taken"),
                            ("import", "a file taken in"),
                            ("renumber", "renumbered"),
                            ("put_bracket", "brackets put"),
                            ("lift_bracket", "brackets lifted"),
                            ("narrow_bracket", "brackets narrowed"),
                            ("split_bracket", "brackets split"),
                            ("add_alternative", "an alternative added"),
                            ("name_askers", "named who asks for brackets"),
                        ],
                        max_length=20,
                    ),
                ),
                ("before", models.JSONField(default=dict)),
                ("after", models.JSONField(default=dict)),
                ("order", models.JSONField(default=list)),
                ("descents", models.JSONField(default=list)),
                ("made_at", models.DateTimeField()),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("capacity", models.CharField(max_length=400)),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
                (
                    "undone_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "revision",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="drafts.revision",
                    ),
                ),
            ],
            options={
                "verbose_name": "step",
                "verbose_name_plural": "steps",
                "ordering": ["draft", "number"],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("draft"), models.F("number"), name="desk_step_number_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Bracket",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "paragraph",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="brackets",
                        to="drafts.paragraph",
                    ),
                ),
                ("start", models.PositiveIntegerField()),
                ("end", models.PositiveIntegerField()),
                ("is_open", models.BooleanField(default=True)),
                (
                    "step",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="brackets_put",
                        to="drafts.deskstep",
                    ),
                ),
                ("put_at", models.DateTimeField(null=True)),
                (
                    "meeting",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="brackets_put",
                        to="consultations.meeting",
                    ),
                ),
                (
                    "split_from",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cut_from_it",
                        to="drafts.bracket",
                    ),
                ),
            ],
            options={
                "verbose_name": "bracket",
                "verbose_name_plural": "brackets",
                "ordering": ["paragraph", "start"],
                "indexes": [
                    models.Index(
                        models.F("paragraph"),
                        models.F("start"),
                        condition=models.Q(("is_open", True)),
                        name="bracket_open_in_order",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("end__gt", models.F("start"))),
                        name="bracket_ends_after_start",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="BracketLift",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "how",
                    models.CharField(
                        choices=[
                            ("kept", "its words kept"),
                            ("dropped", "its words dropped"),
                            ("chosen", "an alternative chosen"),
                            ("edited", "reworded"),
                            ("struck", "deleted with its paragraph"),
                        ],
                        max_length=20,
                    ),
                ),
                ("held", models.TextField(blank=True)),
                ("words", models.TextField(blank=True)),
                ("made_at", models.DateTimeField()),
                ("capacity", models.CharField(max_length=400)),
                (
                    "bracket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lifts",
                        to="drafts.bracket",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "meeting",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="brackets_lifted",
                        to="consultations.meeting",
                    ),
                ),
                (
                    "whose",
                    models.ManyToManyField(related_name="brackets_ended", to="consultations.seat"),
                ),
                (
                    "step",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="brackets_lifted",
                        to="drafts.deskstep",
                    ),
                ),
            ],
            options={
                "verbose_name": "lift of a bracket",
                "verbose_name_plural": "lifts of brackets",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="BracketAsker",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("words", models.TextField(blank=True)),
                ("asked_at", models.DateTimeField()),
                (
                    "bracket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="askers",
                        to="drafts.bracket",
                    ),
                ),
                (
                    "meeting",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="brackets_asked",
                        to="consultations.meeting",
                    ),
                ),
                (
                    "seat",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="brackets_asked",
                        to="consultations.seat",
                    ),
                ),
                (
                    "dropped_in",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="brackets_dropped",
                        to="drafts.deskstep",
                    ),
                ),
                (
                    "step",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="brackets_asked",
                        to="drafts.deskstep",
                    ),
                ),
            ],
            options={
                "verbose_name": "who asks for a bracket",
                "verbose_name_plural": "who asks for brackets",
                "ordering": ["seat__rank", "seat__sort_key", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Descent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "how",
                    models.CharField(
                        choices=[("split", "split"), ("merge", "merged")], max_length=10
                    ),
                ),
                ("recorded_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "follows",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="followed_by",
                        to="drafts.paragraph",
                    ),
                ),
                (
                    "paragraph",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="follows",
                        to="drafts.paragraph",
                    ),
                ),
                (
                    "revision",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="descents",
                        to="drafts.revision",
                    ),
                ),
            ],
            options={
                "verbose_name": "descent",
                "verbose_name_plural": "descents",
                "constraints": [
                    models.UniqueConstraint(
                        models.F("paragraph"),
                        models.F("follows"),
                        models.F("revision"),
                        name="descent_once",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("paragraph", models.F("follows")), _negated=True),
                        name="descent_not_from_itself",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RoomPart",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "started_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="from"),
                ),
                ("until", models.DateTimeField(blank=True, null=True, verbose_name="until")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended")),
                (
                    "paragraph",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="room_parts",
                        to="drafts.paragraph",
                    ),
                ),
                (
                    "room",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parts",
                        to="consultations.workingroom",
                    ),
                ),
            ],
            options={
                "verbose_name": "part of a room",
                "verbose_name_plural": "parts of rooms",
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("paragraph"),
                        condition=models.Q(("ended_at", None)),
                        name="room_part_held_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Screen",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("begun_at", models.DateTimeField(verbose_name="begun")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended")),
                (
                    "with_proposals",
                    models.BooleanField(default=False, verbose_name="with the proposals"),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "meeting",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="screen",
                        to="consultations.meeting",
                    ),
                ),
                (
                    "paragraph",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="drafts.paragraph",
                    ),
                ),
            ],
            options={
                "verbose_name": "screen of a meeting",
                "verbose_name_plural": "screens of meetings",
            },
        ),
        migrations.CreateModel(
            name="Spelling",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("word", models.TextField()),
            ],
            options={
                "verbose_name": "spelling",
                "verbose_name_plural": "spellings",
                "indexes": [
                    models.Index(models.F("word"), name="spelling_word"),
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["word"], name="spelling_like", opclasses=["gin_trgm_ops"]
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StateAct",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("agreed", "agreed ad referendum"),
                            ("room", "agreed in the room"),
                            ("plenary", "agreed in plenary"),
                            ("parked", "parked"),
                            ("informals", "for informals"),
                            ("reopened", "reopened"),
                        ],
                        max_length=20,
                    ),
                ),
                ("text", models.TextField(blank=True)),
                ("made_at", models.DateTimeField()),
                ("capacity", models.CharField(max_length=400)),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "meeting",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="state_acts",
                        to="consultations.meeting",
                    ),
                ),
                (
                    "paragraph",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="state_acts",
                        to="drafts.paragraph",
                    ),
                ),
                (
                    "step",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="state_acts",
                        to="drafts.deskstep",
                    ),
                ),
            ],
            options={
                "verbose_name": "state of a paragraph",
                "verbose_name_plural": "states of paragraphs",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="TypedWords",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("on_version", models.PositiveIntegerField()),
                ("text", models.TextField(blank=True)),
                ("turn", models.PositiveIntegerField(default=1)),
                ("seen_at", models.DateTimeField()),
                (
                    "paragraph",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="drafts.paragraph",
                    ),
                ),
                (
                    "screen",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="typed",
                        to="drafts.screen",
                    ),
                ),
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
                "verbose_name": "words typed on a screen",
                "verbose_name_plural": "words typed on screens",
            },
        ),
        migrations.CreateModel(
            name="Wording",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("place", models.PositiveIntegerField()),
                ("level", models.PositiveSmallIntegerField(default=0)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("title", "title"),
                            ("heading", "heading"),
                            ("preambular", "preambular paragraph"),
                            ("operative", "operative paragraph"),
                            ("annex", "annex paragraph"),
                        ],
                        max_length=20,
                    ),
                ),
                ("label", models.CharField(blank=True, max_length=40)),
                ("opening", models.CharField(blank=True, max_length=200)),
                (
                    "text",
                    models.TextField(validators=[django.core.validators.MaxLengthValidator(10000)]),
                ),
                ("notes", models.JSONField(blank=True, default=list)),
                ("text_hash", models.CharField(editable=False, max_length=64)),
                ("redline", models.JSONField(blank=True, null=True)),
                (
                    "paragraph",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="wordings",
                        to="drafts.paragraph",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="drafts.paragraph",
                    ),
                ),
                (
                    "previous",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="next",
                        to="drafts.wording",
                    ),
                ),
                (
                    "revision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="wordings",
                        to="drafts.revision",
                    ),
                ),
            ],
            options={
                "verbose_name": "wording",
                "verbose_name_plural": "wordings",
                "ordering": ["revision", "place"],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("revision"), models.F("paragraph"), name="wording_once"
                    ),
                    models.UniqueConstraint(
                        models.F("revision"), models.F("place"), name="wording_place_once"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalWordingTranslation",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
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
                        max_length=7,
                        verbose_name="language",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[("official", "official"), ("unofficial", "unofficial")],
                        default="unofficial",
                        max_length=20,
                        verbose_name="status",
                    ),
                ),
                (
                    "opening",
                    models.CharField(blank=True, max_length=200, verbose_name="opening words"),
                ),
                (
                    "text",
                    models.TextField(
                        validators=[django.core.validators.MaxLengthValidator(10000)],
                        verbose_name="text",
                    ),
                ),
                ("notes", models.JSONField(blank=True, default=list, verbose_name="footnotes")),
                ("recorded_at", models.DateTimeField(default=django.utils.timezone.now)),
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
                    "wording",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="drafts.wording",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical translation of a wording",
                "verbose_name_plural": "historical translations of wordings",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="CirculatedBracket",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("start", models.PositiveIntegerField()),
                ("end", models.PositiveIntegerField()),
                (
                    "bracket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="circulated",
                        to="drafts.bracket",
                    ),
                ),
                (
                    "seats",
                    models.ManyToManyField(
                        related_name="brackets_circulated", to="consultations.seat"
                    ),
                ),
                (
                    "wording",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="brackets",
                        to="drafts.wording",
                    ),
                ),
            ],
            options={
                "verbose_name": "circulated bracket",
                "verbose_name_plural": "circulated brackets",
                "ordering": ["wording", "start"],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("wording"), models.F("start"), name="circulated_bracket_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="WordingLexemes",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
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
                        max_length=7,
                    ),
                ),
                ("lexemes", django.contrib.postgres.search.SearchVectorField()),
                ("spelled", models.TextField()),
                (
                    "wording",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lexemes",
                        to="drafts.wording",
                    ),
                ),
            ],
            options={
                "verbose_name": "words of a wording",
                "verbose_name_plural": "words of wordings",
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        models.F("lexemes"), name="wording_lexemes"
                    ),
                    django.contrib.postgres.indexes.GinIndex(
                        models.Func(
                            models.F("spelled"),
                            models.Value(" "),
                            function="string_to_array",
                            output_field=django.contrib.postgres.fields.ArrayField(
                                base_field=models.TextField()
                            ),
                        ),
                        name="wording_words",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("wording"), models.F("language"), name="wording_lexemes_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="WordingTranslation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
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
                        max_length=7,
                        verbose_name="language",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[("official", "official"), ("unofficial", "unofficial")],
                        default="unofficial",
                        max_length=20,
                        verbose_name="status",
                    ),
                ),
                (
                    "opening",
                    models.CharField(blank=True, max_length=200, verbose_name="opening words"),
                ),
                (
                    "text",
                    models.TextField(
                        validators=[django.core.validators.MaxLengthValidator(10000)],
                        verbose_name="text",
                    ),
                ),
                ("notes", models.JSONField(blank=True, default=list, verbose_name="footnotes")),
                ("recorded_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "wording",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="translations",
                        to="drafts.wording",
                    ),
                ),
            ],
            options={
                "verbose_name": "translation of a wording",
                "verbose_name_plural": "translations of wordings",
                "constraints": [
                    models.UniqueConstraint(
                        models.F("wording"), models.F("language"), name="wording_translation_once"
                    )
                ],
            },
        ),
        run_sql_file(__file__, "circulated_is_kept.sql"),
        run_sql_file(__file__, "state_acts_are_kept.sql"),
        run_sql_file(__file__, "brackets_agree.sql"),
        run_sql_file(__file__, "brackets_are_kept.sql"),
        run_sql_file(__file__, "text_search.sql"),
        run_sql_file(__file__, "wordings_are_found.sql"),
        run_sql_file(__file__, "words_are_spelled.sql"),
        never_emptied(
            "drafts_revision",
            "drafts_wording",
            "drafts_descent",
            "drafts_draft",
            "drafts_historicaldraft",
            "drafts_paragraph",
            "drafts_historicalparagraph",
            "drafts_deskstep",
            "drafts_agendaitem",
            "drafts_historicalagendaitem",
            "drafts_wordingtranslation",
            "drafts_historicalwordingtranslation",
            "drafts_stateact",
            "drafts_bracket",
            "drafts_bracketasker",
            "drafts_bracketlift",
            "drafts_bracketlift_whose",
            "drafts_circulatedbracket",
            "drafts_circulatedbracket_seats",
            "drafts_screen",
            "drafts_historicalscreen",
            "drafts_roompart",
            "drafts_historicalroompart",
        ),
    ]
