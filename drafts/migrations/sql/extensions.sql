-- What the search needs of PostgreSQL: words that resemble a misspelt one (pg_trgm), and accents
-- taken off (unaccent). The owner of the database may make both; no superuser is needed.

CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS unaccent;
