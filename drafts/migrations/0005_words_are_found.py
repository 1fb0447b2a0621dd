"""Text search in six languages: how words are cut and asked for, and those of the wordings.

Accents are set aside in every language that has them. Chinese is written without spaces: each
character and each pair of neighbours counts as a word, and what is asked for is cut alike. A row
bears its language as a word of its own ("@fr"), so that each row is asked in its own language,
in one look into one index.
"""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models

LANGUAGES = [
    ("ar", "Arabic"),
    ("zh", "Chinese"),
    ("en", "English"),
    ("fr", "French"),
    ("ru", "Russian"),
    ("es", "Spanish"),
]

# Both may be made by the owner of the database: no superuser is needed.
EXTENSIONS = """
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS unaccent;
"""

STEMS = {
    "ar": ("arabic", "arabic_stem"),
    "en": ("english", "english_stem"),
    "es": ("spanish", "spanish_stem"),
    "fr": ("french", "french_stem"),
    "ru": ("russian", "russian_stem"),
    "zh": ("simple", "simple"),
}
CONFIGURATIONS = "".join(
    f"CREATE TEXT SEARCH CONFIGURATION words_{language} (COPY = {copied});"
    f"ALTER TEXT SEARCH CONFIGURATION words_{language}"
    f" ALTER MAPPING FOR hword, hword_part, word WITH unaccent, {stems};"
    for language, (copied, stems) in STEMS.items()
)

FUNCTIONS = r"""
CREATE FUNCTION words_in(language text) RETURNS regconfig
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path FROM CURRENT AS $$
  SELECT CASE language
    WHEN 'ar' THEN 'words_ar'::regconfig WHEN 'en' THEN 'words_en'::regconfig
    WHEN 'es' THEN 'words_es'::regconfig WHEN 'fr' THEN 'words_fr'::regconfig
    WHEN 'ru' THEN 'words_ru'::regconfig ELSE 'words_zh'::regconfig
  END
$$;

-- The pairs of neighbours in each run of Chinese, between spaces: of ABCD, AB BC CD.
CREATE FUNCTION words_pairs(said text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT string_agg(substr(run[1], place, 2), ' ' ORDER BY nth, place)
  FROM regexp_matches(said, '[\u3400-\u4dbf\u4e00-\u9fff]{2,}', 'g')
       WITH ORDINALITY AS runs (run, nth)
  CROSS JOIN LATERAL generate_series(1, length(run[1]) - 1) AS place
$$;

CREATE FUNCTION words_of(language text, said text) RETURNS tsvector
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path FROM CURRENT AS $$
  SELECT CASE WHEN said ~ '[\u3400-\u4dbf\u4e00-\u9fff]'
    THEN to_tsvector(
           words_in(language),
           regexp_replace(said, '([\u3400-\u4dbf\u4e00-\u9fff])', ' \1 ', 'g')
         ) || to_tsvector('pg_catalog.simple', coalesce(words_pairs(said), ''))
    ELSE to_tsvector(words_in(language), said)
  END || array_to_tsvector(ARRAY['@' || language])
$$;

-- Each word as it is spelled, once.
CREATE FUNCTION words_spelled(said text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT array_to_string(tsvector_to_array(to_tsvector('pg_catalog.simple', said)), ' ')
$$;

-- What is asked for, with each run of Chinese as a phrase of its pairs.
CREATE FUNCTION words_cut(asked text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path FROM CURRENT AS $$
  SELECT coalesce(string_agg(
    CASE WHEN run[1] ~ '[\u3400-\u4dbf\u4e00-\u9fff]'
      THEN ' "' || coalesce(words_pairs(run[1]), run[1]) || '" ' ELSE run[1] END,
    '' ORDER BY nth
  ), '')
  FROM regexp_matches(
    asked, '[\u3400-\u4dbf\u4e00-\u9fff]+|[^\u3400-\u4dbf\u4e00-\u9fff]+', 'g'
  ) WITH ORDINALITY AS runs (run, nth)
$$;

CREATE FUNCTION words_asked_in(language text, cut text) RETURNS tsquery
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path FROM CURRENT AS $$
  SELECT CASE WHEN numnode(query) = 0 THEN query
    ELSE quote_literal('@' || language)::tsquery && query END
  FROM (SELECT websearch_to_tsquery(words_in(language), cut) AS query) AS read
$$;

CREATE FUNCTION words_asked(asked text) RETURNS tsquery
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path FROM CURRENT AS $$
  SELECT words_asked_in('ar', cut) || words_asked_in('en', cut) || words_asked_in('es', cut)
      || words_asked_in('fr', cut) || words_asked_in('ru', cut) || words_asked_in('zh', cut)
  FROM (SELECT words_cut(asked) AS cut) AS read
$$;

-- The text whole, each found word between two characters that no text here can hold. A "<" is
-- hidden meanwhile: what looks like a tag would be left out.
CREATE FUNCTION words_marked(language text, said text, asked text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path FROM CURRENT AS $$
  SELECT replace(
    ts_headline(
      words_in(language), replace(said, '<', E'\x04'),
      websearch_to_tsquery(words_in(language), asked),
      E'HighlightAll=true, StartSel=\x02, StopSel=\x03'
    ), E'\x04', '<'
  )
$$;
"""
NO_FUNCTIONS = """
DROP FUNCTION words_marked(text, text, text);
DROP FUNCTION words_asked(text);
DROP FUNCTION words_asked_in(text, text);
DROP FUNCTION words_cut(text);
DROP FUNCTION words_spelled(text);
DROP FUNCTION words_of(text, text);
DROP FUNCTION words_pairs(text);
DROP FUNCTION words_in(text);
"""
NO_CONFIGURATIONS = "".join(
    f"DROP TEXT SEARCH CONFIGURATION words_{language};" for language in STEMS
)

# A wording is written once; a translation may be replaced by a better one, or taken back.
KEPT = """
CREATE FUNCTION drafts_find_wording() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  spoken text;
BEGIN
  SELECT draft.language INTO spoken FROM drafts_revision revision
    JOIN drafts_draft draft ON draft.id = revision.draft_id WHERE revision.id = NEW.revision_id;
  INSERT INTO drafts_wordinglexemes (wording_id, language, lexemes, spelled)
  VALUES (NEW.id, spoken, words_of(spoken, NEW.text), words_spelled(NEW.text));
  RETURN NULL;
END $$;
CREATE TRIGGER drafts_wording_found AFTER INSERT ON drafts_wording
  FOR EACH ROW EXECUTE FUNCTION drafts_find_wording();

CREATE FUNCTION drafts_find_translation() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN
    DELETE FROM drafts_wordinglexemes
    WHERE wording_id = OLD.wording_id AND language = OLD.language;
  END IF;
  IF TG_OP <> 'DELETE' THEN
    INSERT INTO drafts_wordinglexemes (wording_id, language, lexemes, spelled)
    VALUES (NEW.wording_id, NEW.language, words_of(NEW.language, NEW.text),
            words_spelled(NEW.text));
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER drafts_translation_found
  AFTER INSERT OR UPDATE OF wording_id, language, text OR DELETE ON drafts_wordingtranslation
  FOR EACH ROW EXECUTE FUNCTION drafts_find_translation();

INSERT INTO drafts_wordinglexemes (wording_id, language, lexemes, spelled)
SELECT wording.id, draft.language, words_of(draft.language, wording.text),
       words_spelled(wording.text)
FROM drafts_wording wording
JOIN drafts_revision revision ON revision.id = wording.revision_id
JOIN drafts_draft draft ON draft.id = revision.draft_id
UNION ALL
SELECT wording_id, language, words_of(language, text), words_spelled(text)
FROM drafts_wordingtranslation;
"""
UNKEPT = """
DROP TRIGGER drafts_translation_found ON drafts_wordingtranslation;
DROP FUNCTION drafts_find_translation();
DROP TRIGGER drafts_wording_found ON drafts_wording;
DROP FUNCTION drafts_find_wording();
"""


class Migration(migrations.Migration):
    dependencies = [("drafts", "0004_the_desk_and_languages")]

    operations = [
        migrations.RunSQL(EXTENSIONS, migrations.RunSQL.noop),
        migrations.RunSQL(CONFIGURATIONS, NO_CONFIGURATIONS),
        migrations.RunSQL(FUNCTIONS, NO_FUNCTIONS),
        migrations.CreateModel(
            name="WordingLexemes",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("language", models.CharField(choices=LANGUAGES, max_length=7)),
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
                        fields=["spelled"], name="wording_spelled", opclasses=["gin_trgm_ops"]
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("wording"), models.F("language"), name="wording_lexemes_once"
                    )
                ],
            },
        ),
        migrations.RunSQL(KEPT, UNKEPT),
    ]
