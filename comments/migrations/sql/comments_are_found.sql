-- The words of a comment, what it proposes and why, are written down for the search, whoever
-- writes it. They stand in a table of their own and are written when the words change: neither a
-- clearance nor a submission costs a look into an index of words.

CREATE FUNCTION comments_find_comment() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  said text := NEW.proposed || E'

' || NEW.rationale;
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
