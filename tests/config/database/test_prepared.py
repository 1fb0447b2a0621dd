"""Repeated statements are prepared once for a connection, without their values."""

import pytest
from django.db import connection

from delegations.models import User

pytestmark = [pytest.mark.every_server, pytest.mark.django_db]


def test_a_line_keeps_the_plan_of_what_was_asked_before() -> None:
    for email in ("one@example.org", "two@example.org", "three@example.org"):
        assert not User.objects.filter(email=email).exists()

    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        kept = [statement for (statement,) in cursor.fetchall()]
    [asked] = [statement for statement in kept if '"delegations_user"."email" = $2' in statement]
    assert "example.org" not in asked
