-- The lift of a bracket, and a bracket of a circulated revision, are never changed or removed
-- (domain, rule 13).

CREATE FUNCTION drafts_keep_lift() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'The lift of a bracket is never changed or removed: undo its step.'
    USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER drafts_bracketlift_written_once BEFORE UPDATE OR DELETE ON drafts_bracketlift
  FOR EACH ROW EXECUTE FUNCTION drafts_keep_lift();

CREATE FUNCTION drafts_keep_circulated_bracket() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'A circulated bracket is never changed or removed: circulate a new revision.'
    USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER drafts_circulatedbracket_written_once BEFORE UPDATE OR DELETE
  ON drafts_circulatedbracket
  FOR EACH ROW EXECUTE FUNCTION drafts_keep_circulated_bracket();
