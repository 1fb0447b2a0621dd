"""An input carries what its delegation allows with it; the rules of sight ask it everywhere."""

from django.conf import settings
from django.db import migrations, models

# What the rules of sight ask of an input, whatever was said on it.
OF_THE_INPUT = """
    comment.consultation_id, comment.paragraph_id, comment.round_id, comment.seat_id,
    comment.filed_by_id, comment.submitted_at, comment.discarded_at
"""
BEFORE, NOW = OF_THE_INPUT, f"{OF_THE_INPUT.rstrip()}, comment.consent\n"

VIEW = """
CREATE VIEW comments_activity AS
SELECT 'comments'::text AS source, comment.id AS "row", comment.submitted_at AS said_at,
    comment.seat_id AS voice_id, comment.filed_by_id AS act_of_id, %(of_the_input)s
FROM comments_comment comment
WHERE comment.submitted_at IS NOT NULL
    AND comment.withdrawn_at IS NULL AND comment.superseded_at IS NULL
UNION ALL
SELECT 'replies', reply.id, reply.created_at, reply.seat_id, reply.seat_id, %(of_the_input)s
FROM comments_reply reply JOIN comments_comment comment ON comment.id = reply.comment_id
WHERE reply.withdrawn_at IS NULL
UNION ALL
SELECT 'alignments', alignment.id, alignment.created_at, alignment.seat_id, alignment.seat_id,
    %(of_the_input)s
FROM comments_alignment alignment
JOIN comments_comment comment ON comment.id = alignment.comment_id
WHERE alignment.withdrawn_at IS NULL
UNION ALL
SELECT 'reviews', review.id, review.published_at, comment.seat_id, NULL, %(of_the_input)s
FROM comments_review review JOIN comments_comment comment ON comment.id = review.comment_id
WHERE review.replaced_at IS NULL AND review.published_at IS NOT NULL
UNION ALL
SELECT 'acknowledgements', answer.id, answer.acknowledged_at, comment.seat_id, comment.filed_by_id,
    %(of_the_input)s
FROM comments_acknowledgement answer
JOIN comments_comment comment ON comment.id = answer.comment_id
"""


class Migration(migrations.Migration):
    dependencies = [
        ("comments", "0023_minute_lines"),
        ("consultations", "0014_inputs_carry_consent"),
        ("drafts", "0010_never_emptied"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL("DROP VIEW comments_activity", VIEW % {"of_the_input": BEFORE}),
        migrations.RemoveIndex(
            model_name="comment",
            name="comment_found",
        ),
        migrations.RemoveIndex(
            model_name="comment",
            name="comment_standing",
        ),
        migrations.AddField(
            model_name="comment",
            name="consent",
            field=models.CharField(
                choices=[
                    ("round", "as the round says"),
                    ("public", "may be published"),
                    ("unattributed", "without attribution"),
                    ("facilitators", "facilitators only"),
                ],
                default="round",
                max_length=20,
                verbose_name="consent",
            ),
        ),
        migrations.AddField(
            model_name="historicalcomment",
            name="consent",
            field=models.CharField(
                choices=[
                    ("round", "as the round says"),
                    ("public", "may be published"),
                    ("unattributed", "without attribution"),
                    ("facilitators", "facilitators only"),
                ],
                default="round",
                max_length=20,
                verbose_name="consent",
            ),
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(
                models.F("consultation"),
                models.F("paragraph"),
                models.F("round"),
                condition=models.Q(
                    ("submitted_at__isnull", False), ("superseded_at", None), ("withdrawn_at", None)
                ),
                include=(
                    "id",
                    "kind",
                    "filed_by",
                    "seat",
                    "submitted_at",
                    "discarded_at",
                    "consent",
                ),
                name="comment_standing",
            ),
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(
                models.F("consultation"),
                models.F("wording"),
                include=(
                    "id",
                    "round",
                    "filed_by",
                    "seat",
                    "number",
                    "submitted_at",
                    "discarded_at",
                    "superseded_at",
                    "withdrawn_at",
                    "consent",
                ),
                name="comment_found",
            ),
        ),
        migrations.RunSQL(VIEW % {"of_the_input": NOW}, "DROP VIEW comments_activity"),
    ]
