-- A letter changes until it is sent; of one that was sent nothing comes, goes or changes, and none
-- is deleted (domain, rule 4).

CREATE FUNCTION comments_keep_letter() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.sent_at IS NULL THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'A letter is never deleted, and one that was sent never changes.'
    USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER comments_officialletter_kept BEFORE UPDATE OR DELETE ON comments_officialletter
  FOR EACH ROW EXECUTE FUNCTION comments_keep_letter();

CREATE FUNCTION comments_keep_letter_part() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'DELETE' AND NOT EXISTS (
    SELECT FROM comments_officialletter
    WHERE id IN (NEW.letter_id, CASE WHEN TG_OP = 'UPDATE' THEN OLD.letter_id END)
      AND sent_at IS NOT NULL
  ) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'What a letter says, and to whom, is never deleted; once sent it never changes.'
    USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER comments_letterwords_kept BEFORE INSERT OR UPDATE OR DELETE ON comments_letterwords
  FOR EACH ROW EXECUTE FUNCTION comments_keep_letter_part();
CREATE TRIGGER comments_letterrecipient_kept
  BEFORE INSERT OR UPDATE OR DELETE ON comments_letterrecipient
  FOR EACH ROW EXECUTE FUNCTION comments_keep_letter_part();
