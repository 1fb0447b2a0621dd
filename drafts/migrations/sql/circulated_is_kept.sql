-- A circulated revision is immutable (domain, rule 13): raw SQL is refused as well. A revision is
-- born without a checksum and has one before its transaction ends; wordings enter only until then;
-- after that no row is changed, removed or added.

CREATE FUNCTION drafts_keep_revision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.checksum = '' AND NEW.checksum <> ''
     AND to_jsonb(NEW) - 'checksum' = to_jsonb(OLD) - 'checksum' THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'A circulated revision is never changed or removed: circulate a new one.'
    USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER drafts_revision_kept BEFORE UPDATE OR DELETE ON drafts_revision
  FOR EACH ROW EXECUTE FUNCTION drafts_keep_revision();

CREATE FUNCTION drafts_revision_is_sealed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM drafts_revision WHERE id = NEW.id AND checksum = '') THEN
    RAISE EXCEPTION 'A revision must be sealed by its checksum when it is circulated.'
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER drafts_revision_sealed AFTER INSERT ON drafts_revision
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION drafts_revision_is_sealed();

CREATE FUNCTION drafts_keep_wording() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF EXISTS (SELECT 1 FROM drafts_revision WHERE id = NEW.revision_id AND checksum = '') THEN
      RETURN NEW;
    END IF;
    RAISE EXCEPTION 'This revision was circulated: nothing is added to it. Circulate a new one.'
      USING ERRCODE = 'restrict_violation';
  END IF;
  RAISE EXCEPTION 'The wording of a circulated revision is never changed or removed.'
    USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER drafts_wording_kept BEFORE INSERT OR UPDATE OR DELETE ON drafts_wording
  FOR EACH ROW EXECUTE FUNCTION drafts_keep_wording();
