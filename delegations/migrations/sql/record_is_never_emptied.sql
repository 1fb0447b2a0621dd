-- The record is never emptied (domain, rule 4): TRUNCATE asks no row trigger, so that each table
-- of the record has a trigger of its own that calls this function. `never_emptied` of
-- delegations/never_emptied.py makes them.

CREATE FUNCTION delegations_refuse_emptying() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'The table % is part of the record: it is never emptied.', TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation';
END $$;
