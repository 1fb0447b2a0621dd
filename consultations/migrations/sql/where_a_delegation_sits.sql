-- Where a delegation sits, asked on every page in one short statement: its own seat, that of a
-- group of which it is a member, that of a group which it coordinates (domain, rules 1 and 9). An
-- arm for each way to sit, with the days on which it holds. Whoever changes a column that it names
-- drops the view first and makes it again.

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
WHERE seat.ended_at IS NULL;
