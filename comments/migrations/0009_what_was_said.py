"""What was said on inputs can be asked in one statement: a view, an arm for each kind of act.

Each arm has an index in the order of time, so that "since a moment" opens no other row.

Whoever changes a column that it names drops the view first and makes it again.
"""

from django.db import migrations, models

# What the rules of sight ask of an input, whatever was said on it.
OF_THE_INPUT = """
    comment.consultation_id, comment.paragraph_id, comment.round_id, comment.seat_id,
    comment.filed_by_id, comment.submitted_at, comment.discarded_at
"""

SAID = f"""
CREATE VIEW comments_said AS
SELECT 'comments'::text AS source, comment.id AS "row", comment.submitted_at AS said_at,
    comment.seat_id AS voice_id, comment.filed_by_id AS act_of_id, {OF_THE_INPUT}
FROM comments_comment comment
WHERE comment.submitted_at IS NOT NULL
    AND comment.withdrawn_at IS NULL AND comment.superseded_at IS NULL
UNION ALL
SELECT 'replies', reply.id, reply.created_at, reply.seat_id, reply.seat_id, {OF_THE_INPUT}
FROM comments_reply reply JOIN comments_comment comment ON comment.id = reply.comment_id
WHERE reply.withdrawn_at IS NULL
UNION ALL
SELECT 'alignments', alignment.id, alignment.created_at, alignment.seat_id, alignment.seat_id,
    {OF_THE_INPUT}
FROM comments_alignment alignment
JOIN comments_comment comment ON comment.id = alignment.comment_id
WHERE alignment.withdrawn_at IS NULL
UNION ALL
SELECT 'reviews', review.id, review.published_at, comment.seat_id, NULL, {OF_THE_INPUT}
FROM comments_review review JOIN comments_comment comment ON comment.id = review.comment_id
WHERE review.replaced_at IS NULL AND review.published_at IS NOT NULL
UNION ALL
SELECT 'acknowledgements', answer.id, answer.acknowledged_at, comment.seat_id, comment.filed_by_id,
    {OF_THE_INPUT}
FROM comments_acknowledgement answer
JOIN comments_comment comment ON comment.id = answer.comment_id
"""  # noqa: S608 - a constant of this file


class Migration(migrations.Migration):
    dependencies = [("comments", "0008_comments_are_found")]

    operations = [
        migrations.CreateModel(
            name="Said",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "source",
                        "row",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("source", models.TextField()),
                ("row", models.BigIntegerField()),
                ("said_at", models.DateTimeField()),
                ("submitted_at", models.DateTimeField(null=True)),
                ("discarded_at", models.DateTimeField(null=True)),
            ],
            options={"db_table": "comments_said", "managed": False, "default_permissions": ()},
        ),
        migrations.RunSQL(SAID, "DROP VIEW comments_said"),
        migrations.AddIndex(
            model_name="reply",
            index=models.Index(
                models.F("created_at"),
                condition=models.Q(("withdrawn_at", None)),
                name="reply_said",
            ),
        ),
        migrations.AddIndex(
            model_name="alignment",
            index=models.Index(
                models.F("created_at"),
                condition=models.Q(("withdrawn_at", None)),
                name="alignment_said",
            ),
        ),
        migrations.AddIndex(
            model_name="review",
            index=models.Index(
                models.F("published_at"),
                condition=models.Q(("published_at__isnull", False), ("replaced_at", None)),
                name="review_said",
            ),
        ),
        migrations.AddIndex(
            model_name="acknowledgement",
            index=models.Index(models.F("acknowledged_at"), name="acknowledgement_said"),
        ),
    ]
