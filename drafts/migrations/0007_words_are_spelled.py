"""Each spelling stands once in a list of its own, so that a slip is compared with words and not
with rows: a word or two of most rows resembles anything.

Which of the words somebody may be told is asked of the rows in which they stand, by an index of
whole words (`comments/reading/spelling`).
"""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models

# No conflict is looked for, or two who write the same new word would wait for each other.
KEPT = """
CREATE FUNCTION drafts_keep_spellings() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  spelled text[] := string_to_array(NEW.spelled, ' ');
BEGIN
  INSERT INTO drafts_spelling (word)
  SELECT word FROM unnest(spelled) AS word WHERE length(word) BETWEEN 4 AND 60
  EXCEPT
  SELECT word FROM drafts_spelling WHERE word = ANY (spelled);
  RETURN NULL;
END $$;
CREATE TRIGGER drafts_wording_spelled AFTER INSERT OR UPDATE OF spelled ON drafts_wordinglexemes
  FOR EACH ROW EXECUTE FUNCTION drafts_keep_spellings();

INSERT INTO drafts_spelling (word)
SELECT DISTINCT word FROM drafts_wordinglexemes, string_to_table(spelled, ' ') AS word
WHERE length(word) BETWEEN 4 AND 60;
"""
UNKEPT = """
DROP TRIGGER drafts_wording_spelled ON drafts_wordinglexemes;
DROP FUNCTION drafts_keep_spellings();
"""


class Migration(migrations.Migration):
    dependencies = [("drafts", "0006_merged_again")]

    operations = [
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
        migrations.RemoveIndex(model_name="wordinglexemes", name="wording_spelled"),
        migrations.AddIndex(
            model_name="wordinglexemes",
            index=django.contrib.postgres.indexes.GinIndex(
                models.Func(
                    models.F("spelled"),
                    models.Value(" "),
                    function="string_to_array",
                    output_field=django.contrib.postgres.fields.ArrayField(models.TextField()),
                ),
                name="wording_words",
            ),
        ),
        migrations.RunSQL(KEPT, UNKEPT),
    ]
