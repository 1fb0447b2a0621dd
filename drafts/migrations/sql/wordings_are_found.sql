-- The words of wordings and of their translations are written down for the search, whoever writes
-- them. A wording is written once; a translation may be replaced by a better one, or taken back.

CREATE FUNCTION drafts_find_wording() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  spoken text;
BEGIN
  SELECT draft.language INTO spoken FROM drafts_revision revision
    JOIN drafts_draft draft ON draft.id = revision.draft_id WHERE revision.id = NEW.revision_id;
  INSERT INTO drafts_wordinglexemes (wording_id, language, lexemes, spelled)
  VALUES (NEW.id, spoken, words_of(spoken, NEW.text), words_spelled(NEW.text));
  RETURN NULL;
END $$;
CREATE TRIGGER drafts_wording_found AFTER INSERT ON drafts_wording
  FOR EACH ROW EXECUTE FUNCTION drafts_find_wording();

CREATE FUNCTION drafts_find_translation() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN
    DELETE FROM drafts_wordinglexemes
    WHERE wording_id = OLD.wording_id AND language = OLD.language;
  END IF;
  IF TG_OP <> 'DELETE' THEN
    INSERT INTO drafts_wordinglexemes (wording_id, language, lexemes, spelled)
    VALUES (NEW.wording_id, NEW.language, words_of(NEW.language, NEW.text),
            words_spelled(NEW.text));
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER drafts_translation_found
  AFTER INSERT OR UPDATE OF wording_id, language, text OR DELETE ON drafts_wordingtranslation
  FOR EACH ROW EXECUTE FUNCTION drafts_find_translation();
