-- A review is written once: only its publication or its replacement is added, and none is deleted
-- (domain, rule 4).

CREATE FUNCTION comments_keep_review() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  ending text[] := ARRAY['published_at', 'published_by_id', 'replaced_at'];
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.published_at IS NULL AND OLD.replaced_at IS NULL
     AND to_jsonb(NEW) - ending = to_jsonb(OLD) - ending THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'A review is written once: decide again, and publish that.'
    USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER comments_review_kept BEFORE UPDATE OR DELETE ON comments_review
  FOR EACH ROW EXECUTE FUNCTION comments_keep_review();
