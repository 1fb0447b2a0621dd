"""A capacity in a delegation is named by the delegation, no more by the post that gives it.

Keys to the API keep their hold: one that has not ended belongs to a post that is held.
"""

from django.db import migrations

KEYS = """
SELECT 'post:' || post.public_id AS of_post, 'delegation:' || delegation.public_id AS of_delegation,
    post.user_id, post.ended_at
FROM delegations_post post
JOIN delegations_delegation delegation ON delegation.id = post.delegation_id
"""

FORWARD = f"""
UPDATE consultations_apitoken token SET capacity = named.of_delegation
FROM ({KEYS}) named WHERE token.capacity = named.of_post
"""  # noqa: S608 - a constant of this file

BACK = f"""
UPDATE consultations_apitoken token SET capacity = named.of_post
FROM ({KEYS}) named
WHERE token.capacity = named.of_delegation AND token.user_id = named.user_id
    AND named.ended_at IS NULL
"""  # noqa: S608 - a constant of this file


class Migration(migrations.Migration):
    dependencies = [
        ("consultations", "0002_where_a_delegation_sits"),
        ("delegations", "0003_mandate_ends_after_it_starts"),
    ]

    operations = [migrations.RunSQL(FORWARD, BACK)]
