"""Who is who is never emptied: TRUNCATE passed every row trigger, and took whole tables along."""

from django.db import migrations

from delegations.never_emptied import never_emptied

REFUSE = """
CREATE FUNCTION delegations_refuse_emptying() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'The table % is part of the record: it is never emptied.', TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation';
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("delegations", "0005_accounts_are_recorded")]
    operations = [
        migrations.RunSQL(REFUSE, "DROP FUNCTION delegations_refuse_emptying();"),
        never_emptied(
            "delegations_delegation",
            "delegations_historicaldelegation",
            "delegations_groupmembership",
            "delegations_historicalgroupmembership",
            "delegations_mandate",
            "delegations_historicalmandate",
            "delegations_user",
            "delegations_historicaluser",
            "delegations_post",
            "delegations_historicalpost",
            "delegations_invitation",
        ),
    ]
