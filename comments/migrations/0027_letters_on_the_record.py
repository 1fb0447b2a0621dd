"""Letters on the record: what they say in each language, and to whom they went."""

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import simple_history.models
import uuid
from django.conf import settings
from django.db import migrations, models

from delegations.never_emptied import never_emptied


# A letter changes until it is sent; of one that was sent nothing comes, goes or changes.
KEEP = """
CREATE FUNCTION comments_keep_letter() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.sent_at IS NULL THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'A letter is never deleted, and one that was sent never changes.'
    USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER comments_officialletter_kept BEFORE UPDATE OR DELETE ON comments_officialletter
  FOR EACH ROW EXECUTE FUNCTION comments_keep_letter();

CREATE FUNCTION comments_keep_letter_part() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'DELETE' AND NOT EXISTS (
    SELECT FROM comments_officialletter
    WHERE id IN (NEW.letter_id, CASE WHEN TG_OP = 'UPDATE' THEN OLD.letter_id END)
      AND sent_at IS NOT NULL
  ) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'What a letter says, and to whom, is never deleted; once sent it never changes.'
    USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER comments_letterwords_kept BEFORE INSERT OR UPDATE OR DELETE ON comments_letterwords
  FOR EACH ROW EXECUTE FUNCTION comments_keep_letter_part();
CREATE TRIGGER comments_letterrecipient_kept
  BEFORE INSERT OR UPDATE OR DELETE ON comments_letterrecipient
  FOR EACH ROW EXECUTE FUNCTION comments_keep_letter_part();
"""
UNKEEP = """
DROP TRIGGER comments_letterrecipient_kept ON comments_letterrecipient;
DROP TRIGGER comments_letterwords_kept ON comments_letterwords;
DROP FUNCTION comments_keep_letter_part();
DROP TRIGGER comments_officialletter_kept ON comments_officialletter;
DROP FUNCTION comments_keep_letter();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("comments", "0026_filters_are_saved"),
        ("consultations", "0011_deadlines_are_extended"),
        ("drafts", "0010_never_emptied"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HistoricalOfficialLetter",
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
                            ("covering", "covering letter of a text"),
                            ("invitation", "invitation to a meeting"),
                            ("extension", "extension of a deadline"),
                            ("note", "note on what became of the inputs"),
                            ("other", "letter"),
                        ],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                (
                    "number",
                    models.PositiveIntegerField(
                        blank=True, editable=False, null=True, verbose_name="number"
                    ),
                ),
                ("to_all", models.BooleanField(default=True, verbose_name="to all delegations")),
                (
                    "deadline",
                    models.DateTimeField(blank=True, null=True, verbose_name="new deadline"),
                ),
                (
                    "begun_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False),
                ),
                (
                    "sent_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="sent"
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
                    "revision",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="drafts.revision",
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="consultations.round",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical letter",
                "verbose_name_plural": "historical letters",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="OfficialLetter",
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
                            ("covering", "covering letter of a text"),
                            ("invitation", "invitation to a meeting"),
                            ("extension", "extension of a deadline"),
                            ("note", "note on what became of the inputs"),
                            ("other", "letter"),
                        ],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                (
                    "number",
                    models.PositiveIntegerField(
                        blank=True, editable=False, null=True, verbose_name="number"
                    ),
                ),
                ("to_all", models.BooleanField(default=True, verbose_name="to all delegations")),
                (
                    "deadline",
                    models.DateTimeField(blank=True, null=True, verbose_name="new deadline"),
                ),
                (
                    "begun_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False),
                ),
                (
                    "sent_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="sent"
                    ),
                ),
                (
                    "consultation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="letters",
                        to="consultations.consultation",
                    ),
                ),
                (
                    "meeting",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="letters",
                        to="consultations.meeting",
                    ),
                ),
                (
                    "revision",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="letters",
                        to="drafts.revision",
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="letters",
                        to="consultations.round",
                    ),
                ),
            ],
            options={
                "verbose_name": "letter",
                "verbose_name_plural": "letters",
                "ordering": ["-number", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="LetterWords",
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
                ("subject", models.CharField(max_length=200, verbose_name="subject")),
                (
                    "words",
                    models.TextField(
                        validators=[django.core.validators.MaxLengthValidator(20000)],
                        verbose_name="words",
                    ),
                ),
                (
                    "letter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="said",
                        to="comments.officialletter",
                    ),
                ),
            ],
            options={
                "verbose_name": "words of a letter",
                "verbose_name_plural": "words of letters",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="LetterRecipient",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("is_chosen", models.BooleanField(default=True)),
                (
                    "own_words",
                    models.TextField(
                        blank=True,
                        validators=[django.core.validators.MaxLengthValidator(20000)],
                        verbose_name="own section",
                    ),
                ),
                (
                    "seat",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="letters",
                        to="consultations.seat",
                    ),
                ),
                (
                    "letter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recipients",
                        to="comments.officialletter",
                    ),
                ),
            ],
            options={
                "verbose_name": "recipient of a letter",
                "verbose_name_plural": "recipients of letters",
                "ordering": ["seat__rank", "seat__sort_key", "pk"],
            },
        ),
        migrations.CreateModel(
            name="HistoricalLetterWords",
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
                ("subject", models.CharField(max_length=200, verbose_name="subject")),
                (
                    "words",
                    models.TextField(
                        validators=[django.core.validators.MaxLengthValidator(20000)],
                        verbose_name="words",
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
                (
                    "letter",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="comments.officialletter",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical words of a letter",
                "verbose_name_plural": "historical words of letters",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalLetterRecipient",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                ("is_chosen", models.BooleanField(default=True)),
                (
                    "own_words",
                    models.TextField(
                        blank=True,
                        validators=[django.core.validators.MaxLengthValidator(20000)],
                        verbose_name="own section",
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
                    "letter",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="comments.officialletter",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical recipient of a letter",
                "verbose_name_plural": "historical recipients of letters",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.AddConstraint(
            model_name="officialletter",
            constraint=models.UniqueConstraint(
                models.F("consultation"), models.F("number"), name="letter_number_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="officialletter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("number", None), ("sent_at", None)),
                    models.Q(("number__isnull", False), ("sent_at__isnull", False)),
                    _connector="OR",
                ),
                name="letter_numbered_when_sent",
            ),
        ),
        migrations.AddConstraint(
            model_name="letterwords",
            constraint=models.UniqueConstraint(
                models.F("letter"), models.F("language"), name="letter_words_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="letterrecipient",
            constraint=models.UniqueConstraint(
                models.F("letter"), models.F("seat"), name="letter_to_a_seat_once"
            ),
        ),
        migrations.RunSQL(KEEP, UNKEEP),
        never_emptied(
            "comments_officialletter",
            "comments_historicalofficialletter",
            "comments_letterwords",
            "comments_historicalletterwords",
            "comments_letterrecipient",
            "comments_historicalletterrecipient",
        ),
    ]
