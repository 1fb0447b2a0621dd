-- Text search in the six languages (domain, rule 24): how words are cut and asked for. Accents are
-- set aside in every language that has them. Chinese is written without spaces: each character and
-- each pair of neighbours counts as a word, and what is asked for is cut alike. A row bears its
-- language as a word of its own ("@fr"), so that each row is asked in its own language, in one
-- look into one index.

CREATE TEXT SEARCH CONFIGURATION words_ar (COPY = arabic);
ALTER TEXT SEARCH CONFIGURATION words_ar
  ALTER MAPPING FOR hword, hword_part, word WITH unaccent, arabic_stem;
CREATE TEXT SEARCH CONFIGURATION words_en (COPY = english);
ALTER TEXT SEARCH CONFIGURATION words_en
  ALTER MAPPING FOR hword, hword_part, word WITH unaccent, english_stem;
CREATE TEXT SEARCH CONFIGURATION words_es (COPY = spanish);
ALTER TEXT SEARCH CONFIGURATION words_es
  ALTER MAPPING FOR hword, hword_part, word WITH unaccent, spanish_stem;
CREATE TEXT SEARCH CONFIGURATION words_fr (COPY = french);
ALTER TEXT SEARCH CONFIGURATION words_fr
  ALTER MAPPING FOR hword, hword_part, word WITH unaccent, french_stem;
CREATE TEXT SEARCH CONFIGURATION words_ru (COPY = russian);
ALTER TEXT SEARCH CONFIGURATION words_ru
  ALTER MAPPING FOR hword, hword_part, word WITH unaccent, russian_stem;
CREATE TEXT SEARCH CONFIGURATION words_zh (COPY = simple);
ALTER TEXT SEARCH CONFIGURATION words_zh
  ALTER MAPPING FOR hword, hword_part, word WITH unaccent, simple;

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
