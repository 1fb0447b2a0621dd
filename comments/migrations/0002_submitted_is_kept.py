"""A submitted input is immutable but for its withdrawal and its successor; nothing is deleted.

A published or replaced review is never changed either (domain, rule 4).
"""

from django.db import migrations

KEEP = """
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
"""

UNKEEP = """
DROP TRIGGER comments_review_kept ON comments_review;
DROP FUNCTION comments_keep_review();
DROP TRIGGER comments_comment_kept ON comments_comment;
DROP FUNCTION comments_keep_comment();
"""


class Migration(migrations.Migration):
    dependencies = [("comments", "0001_initial")]
    operations = [migrations.RunSQL(KEEP, UNKEEP)]
