-- The spellings of comments join those of the texts; drafts/migrations/sql/words_are_spelled.sql
-- makes the function.

CREATE TRIGGER comments_comment_spelled AFTER INSERT OR UPDATE OF spelled
  ON comments_commentlexemes FOR EACH ROW EXECUTE FUNCTION drafts_keep_spellings();
