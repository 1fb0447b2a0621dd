"""The words of comments are found (`drafts/migrations/0005`): what is proposed, and why.

They stand in a table of their own, written whenever the words change: the rows of comments stay
short, and neither a clearance nor a submission costs a look into an index of words.
"""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models

KEPT = """
CREATE FUNCTION comments_find_comment() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  said text := NEW.proposed || E'\n\n' || NEW.rationale;
BEGIN
  INSERT INTO comments_commentlexemes (comment_id, lexemes, spelled)
  VALUES (NEW.id, words_of(NEW.language, said), words_spelled(said))
  ON CONFLICT (comment_id) DO UPDATE
    SET lexemes = EXCLUDED.lexemes, spelled = EXCLUDED.spelled;
  RETURN NULL;
END $$;
CREATE TRIGGER comments_comment_found AFTER INSERT ON comments_comment
  FOR EACH ROW EXECUTE FUNCTION comments_find_comment();
CREATE TRIGGER comments_comment_found_again AFTER UPDATE ON comments_comment
  FOR EACH ROW
  WHEN ((OLD.proposed, OLD.rationale, OLD.language)
        IS DISTINCT FROM (NEW.proposed, NEW.rationale, NEW.language))
  EXECUTE FUNCTION comments_find_comment();

INSERT INTO comments_commentlexemes (comment_id, lexemes, spelled)
SELECT id, words_of(language, proposed || E'\n\n' || rationale),
       words_spelled(proposed || E'\n\n' || rationale)
FROM comments_comment;
"""
UNKEPT = """
DROP TRIGGER comments_comment_found_again ON comments_comment;
DROP TRIGGER comments_comment_found ON comments_comment;
DROP FUNCTION comments_find_comment();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("comments", "0007_words_taken"),
        ("drafts", "0005_words_are_found"),
    ]

    operations = [
        migrations.CreateModel(
            name="CommentLexemes",
            fields=[
                (
                    "comment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="lexemes",
                        serialize=False,
                        to="comments.comment",
                    ),
                ),
                ("lexemes", django.contrib.postgres.search.SearchVectorField()),
                ("spelled", models.TextField()),
            ],
            options={
                "verbose_name": "words of a comment",
                "verbose_name_plural": "words of comments",
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        models.F("lexemes"), name="comment_lexemes"
                    ),
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["spelled"], name="comment_spelled", opclasses=["gin_trgm_ops"]
                    ),
                ],
            },
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
                ),
                name="comment_found",
            ),
        ),
        migrations.RunSQL(KEPT, UNKEPT),
    ]
