"""Digests and notices become rows of the one table of mails, with what was told and when."""

from django.db import migrations

COPY = """
INSERT INTO consultations_mail (
    public_id, kind, consultation_id, reader_id, address, capacity, about, facts, meeting_id,
    meeting_at, meeting_place, since, until, items, written_at, due_at, attempts, sent_at, dropped_at, why
)
SELECT digest.public_id, digest.nature, meeting.consultation_id, digest.reader_id, '',
    digest.capacity, 0, '{}', digest.meeting_id, digest.meeting_at, digest.meeting_place,
    digest.since, digest.until, digest.items, digest.gathered_at, digest.gathered_at,
    digest.attempts, digest.sent_at, digest.dropped_at, ''
FROM comments_digest digest JOIN consultations_meeting meeting ON meeting.id = digest.meeting_id
ORDER BY digest.id;

INSERT INTO consultations_mail (
    public_id, kind, consultation_id, reader_id, address, capacity, about, facts, meeting_place,
    until, items, written_at, due_at, attempts, sent_at, dropped_at, why
)
SELECT public_id, CASE WHEN items ? 'circulated' THEN 'circulation' ELSE 'watched' END,
    consultation_id, reader_id, '', capacity, coalesce((items ->> 'circulated')::bigint, 0), '{}', '', until,
    items - 'circulated', gathered_at, gathered_at, attempts, sent_at, dropped_at, ''
FROM comments_notice ORDER BY id;

SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""

COPY_BACK = """
INSERT INTO comments_digest (
    public_id, nature, reader_id, capacity, meeting_id, meeting_at, meeting_place, since, until,
    items, gathered_at, attempts, sent_at, dropped_at
)
SELECT public_id, kind, reader_id, capacity, meeting_id, meeting_at, meeting_place, since, until,
    items, written_at, attempts, sent_at, coalesce(dropped_at, refused_at)
FROM consultations_mail WHERE kind IN ('digest', 'moved', 'cancelled') ORDER BY id;

INSERT INTO comments_notice (
    public_id, consultation_id, reader_id, capacity, until, items, gathered_at, attempts, sent_at,
    dropped_at
)
SELECT public_id, consultation_id, reader_id, capacity, until,
    items || CASE WHEN kind = 'circulation'
        THEN jsonb_build_object('circulated', about::text) ELSE '{}' END,
    written_at, attempts, sent_at, coalesce(dropped_at, refused_at)
FROM consultations_mail WHERE kind IN ('watched', 'circulation') ORDER BY id;

DELETE FROM consultations_mail
WHERE kind IN ('digest', 'moved', 'cancelled', 'watched', 'circulation');

SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("comments", "0013_capacities_name_the_delegation"),
        ("consultations", "0004_mails"),
    ]

    operations = [
        migrations.RunSQL(COPY, COPY_BACK),
        migrations.DeleteModel("Digest"),
        migrations.DeleteModel("Notice"),
    ]
