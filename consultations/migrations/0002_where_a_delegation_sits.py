"""Where a delegation sits is asked in one short statement: a view, an arm for each way to sit.

Whoever changes a column that it names drops the view first and makes it again.
"""

import django.contrib.postgres.fields.ranges
from django.db import migrations, models

SITTING = """
CREATE VIEW consultations_sitting AS
SELECT 'own'::text AS way, seat.id AS "row", seat.delegation_id, seat.id AS seat_id,
    daterange(NULL, NULL) AS days
FROM consultations_seat seat WHERE seat.ended_at IS NULL
UNION ALL
SELECT 'member', membership.id, membership.member_id, seat.id,
    daterange(membership.starts_on, membership.ends_on)
FROM delegations_groupmembership membership
JOIN consultations_seat seat ON seat.delegation_id = membership.group_id
WHERE seat.ended_at IS NULL
UNION ALL
SELECT 'coordinator', mandate.id, mandate.coordinator_id, seat.id,
    daterange(mandate.starts_on, mandate.ends_on)
FROM delegations_mandate mandate
JOIN consultations_seat seat ON seat.delegation_id = mandate.group_id
WHERE seat.ended_at IS NULL
"""


class Migration(migrations.Migration):
    dependencies = [
        ("consultations", "0001_initial"),
        ("delegations", "0003_mandate_ends_after_it_starts"),
    ]

    operations = [
        migrations.CreateModel(
            name="Sitting",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "way",
                        "row",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("way", models.TextField()),
                ("row", models.BigIntegerField()),
                ("days", django.contrib.postgres.fields.ranges.DateRangeField()),
            ],
            options={
                "db_table": "consultations_sitting",
                "managed": False,
                "default_permissions": (),
            },
        ),
        migrations.RunSQL(SITTING, "DROP VIEW consultations_sitting"),
    ]
