-- An act on the state of a paragraph, such as agreed ad referendum, is logged and never changed or
-- removed: it is reversed by another act (domain, Agreed ad ref).

CREATE FUNCTION drafts_keep_state() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'An act on the state of a paragraph is never changed or removed: set another.'
    USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER drafts_stateact_written_once BEFORE UPDATE OR DELETE ON drafts_stateact
  FOR EACH ROW EXECUTE FUNCTION drafts_keep_state();
