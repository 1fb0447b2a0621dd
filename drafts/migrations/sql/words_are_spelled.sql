-- Each spelling stands once in a list of its own, so that a slip is compared with words and not
-- with rows. Each word is asked of the list's own index: asked of all words at once, PostgreSQL 15
-- takes the index of resemblance, which reads all that was added since its last tidying. No
-- conflict is looked for, or two who write the same new word would wait for each other.

CREATE FUNCTION drafts_keep_spellings() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  spelled text[] := string_to_array(NEW.spelled, ' ');
BEGIN
  INSERT INTO drafts_spelling (word)
  SELECT DISTINCT word FROM unnest(spelled) AS word
  WHERE length(word) BETWEEN 4 AND 60
    AND NOT EXISTS (SELECT FROM drafts_spelling known WHERE known.word = word.word);
  RETURN NULL;
END $$;
CREATE TRIGGER drafts_wording_spelled AFTER INSERT OR UPDATE OF spelled ON drafts_wordinglexemes
  FOR EACH ROW EXECUTE FUNCTION drafts_keep_spellings();
