-- The open brackets of a paragraph are the pairs of signs in its words, at the end of each
-- transaction: words not agreed, and who wants them, never part (domain, Square brackets). Pairs
-- as drafts/words/brackets.py finds them: a closing sign ends the last of its kind that is open,
-- and pairs that cross are none.

CREATE FUNCTION drafts_pairs_in(words text) RETURNS TABLE (opens integer, closes integer)
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  sign record;
  square integer[] := '{}';
  wide integer[] := '{}';
  starts integer[] := '{}';
  ends integer[] := '{}';
  has_wide boolean := false;
BEGIN
  FOR sign IN
    SELECT letters.letter, (letters.at - 1)::integer AS place
    FROM unnest(string_to_array(words, NULL)) WITH ORDINALITY AS letters (letter, at)
    WHERE letters.letter IN ('[', ']', '［', '］') ORDER BY letters.at
  LOOP
    IF sign.letter = '[' THEN
      square := square || sign.place;
    ELSIF sign.letter = '［' THEN
      wide := wide || sign.place;
      has_wide := true;
    ELSIF sign.letter = ']' AND cardinality(square) > 0 THEN
      starts := starts || square[cardinality(square)];
      ends := ends || sign.place;
      square := square[:cardinality(square) - 1];
    ELSIF sign.letter = '］' AND cardinality(wide) > 0 THEN
      starts := starts || wide[cardinality(wide)];
      ends := ends || sign.place;
      wide := wide[:cardinality(wide) - 1];
    END IF;
  END LOOP;
  IF NOT has_wide THEN
    RETURN QUERY SELECT pairs.s, pairs.e FROM unnest(starts, ends) AS pairs (s, e);
    RETURN;
  END IF;
  RETURN QUERY SELECT one.s, one.e FROM unnest(starts, ends) AS one (s, e)
    WHERE NOT EXISTS (
      SELECT 1 FROM unnest(starts, ends) AS other (s, e)
      WHERE (one.s < other.s AND other.s < one.e AND one.e < other.e)
         OR (other.s < one.s AND one.s < other.e AND other.e < one.e));
END $$;

CREATE FUNCTION drafts_brackets_agree() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  changed bigint := coalesce((to_jsonb(NEW) ->> 'paragraph_id')::bigint, NEW.id);
  words text;
BEGIN
  SELECT text INTO words FROM drafts_paragraph
    WHERE id = changed AND struck_at IS NULL AND discarded_at IS NULL;
  IF EXISTS (
    (SELECT opens, closes FROM drafts_pairs_in(coalesce(words, ''))
     EXCEPT ALL
     SELECT start, "end" FROM drafts_bracket WHERE paragraph_id = changed AND is_open)
    UNION ALL
    (SELECT start, "end" FROM drafts_bracket WHERE paragraph_id = changed AND is_open
     EXCEPT ALL
     SELECT opens, closes FROM drafts_pairs_in(coalesce(words, '')))
  ) THEN
    RAISE EXCEPTION 'The brackets of a paragraph do not agree with the signs in its words.'
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER drafts_bracket_agrees AFTER INSERT OR UPDATE ON drafts_bracket
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION drafts_brackets_agree();
CREATE CONSTRAINT TRIGGER drafts_paragraph_agrees
  AFTER UPDATE OF text, struck_at, discarded_at ON drafts_paragraph
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (OLD.text ~ '[][［］]' OR NEW.text ~ '[][［］]') EXECUTE FUNCTION drafts_brackets_agree();
CREATE CONSTRAINT TRIGGER drafts_paragraph_begins AFTER INSERT ON drafts_paragraph
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (NEW.text ~ '[][［］]') EXECUTE FUNCTION drafts_brackets_agree();
