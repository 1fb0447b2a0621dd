"""The mail of each invitation becomes a row of its own; what had not left yet waits there."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("consultations", "0004_mails"),
        ("delegations", "0003_mandate_ends_after_it_starts"),
    ]

    operations = [
        migrations.RunSQL(
            """
            INSERT INTO consultations_mail (
                public_id, kind, address, capacity, about, facts, items, meeting_place, why,
                invitation_id, written_at, due_at, attempts, sent_at
            )
            SELECT gen_random_uuid(), 'invitation', '', '', 0, '{}', '{}', '', '',
                id, sent_at, sent_at, 0, mailed_at
            FROM delegations_invitation
            WHERE mailed_at IS NOT NULL OR (accepted_at IS NULL AND revoked_at IS NULL)
            ORDER BY id
            """,
            """
            UPDATE delegations_invitation SET mailed_at = mail.sent_at
            FROM consultations_mail mail WHERE mail.invitation_id = delegations_invitation.id
            """,
        ),
    ]
