-- No comment is deleted, and a submitted input never changes but by its withdrawal and its
-- successor (domain, rule 4).

CREATE FUNCTION comments_keep_comment() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  leaving text[] := ARRAY['withdrawn_at', 'withdrawal_reason', 'superseded_at', 'version'];
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'A comment is never deleted: discard a draft, withdraw an input.'
      USING ERRCODE = 'restrict_violation';
  END IF;
  IF OLD.submitted_at IS NULL OR to_jsonb(NEW) - leaving = to_jsonb(OLD) - leaving THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'A submitted input is not changed: submit a new version.'
    USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER comments_comment_kept BEFORE UPDATE OR DELETE ON comments_comment
  FOR EACH ROW EXECUTE FUNCTION comments_keep_comment();
