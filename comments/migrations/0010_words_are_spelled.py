"""The spellings of comments join those of the texts (`drafts/migrations/0007`)."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models

KEPT = """
CREATE TRIGGER comments_comment_spelled AFTER INSERT OR UPDATE OF spelled
  ON comments_commentlexemes FOR EACH ROW EXECUTE FUNCTION drafts_keep_spellings();

INSERT INTO drafts_spelling (word)
SELECT word FROM comments_commentlexemes, string_to_table(spelled, ' ') AS word
WHERE length(word) BETWEEN 4 AND 60
EXCEPT
SELECT word FROM drafts_spelling;
"""
UNKEPT = """
DROP TRIGGER comments_comment_spelled ON comments_commentlexemes;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("comments", "0009_what_was_said"),
        ("drafts", "0007_words_are_spelled"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="commentlexemes", name="comment_spelled"),
        migrations.AddIndex(
            model_name="commentlexemes",
            index=django.contrib.postgres.indexes.GinIndex(
                models.Func(
                    models.F("spelled"),
                    models.Value(" "),
                    function="string_to_array",
                    output_field=django.contrib.postgres.fields.ArrayField(models.TextField()),
                ),
                name="comment_words",
            ),
        ),
        migrations.RunSQL(KEPT, UNKEPT),
    ]
