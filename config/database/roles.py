"""Two database roles: the owner of the tables migrates, the application only reads and writes rows.

So the application cannot drop or disable a trigger or empty a table, whatever is sent to it
(docs/operations.md, "Two roles").
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper
from psycopg.sql import SQL, Identifier

# For the tables that exist, and for those of later migrations. A view counts as a table.
GRANTS = (
    "REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC",
    "GRANT USAGE ON SCHEMA {schema} TO {role}",
    "REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {role}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {role}",
    "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {role}",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA {schema}"
    " GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role}",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT USAGE, SELECT ON SEQUENCES TO {role}",
)


class RolesNotApartError(Exception):
    """The error raised when the application's role may do what only the owner should."""


@contextmanager
def connected_as_owner(owner_settings: Mapping[str, Any]) -> Iterator[str]:
    """Connect as the owner inside the block; yields the name of the application's role.

    `owner_settings` is `DATABASE_OWNER_URL` as Django's settings read it.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        [application_role] = cursor.fetchone()
    application_settings = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict.update(
        {name: owner_settings[name] for name in ("HOST", "PORT", "NAME", "USER", "PASSWORD")}
    )
    try:
        yield application_role
    finally:
        connection.close()
        connection.settings_dict.update(application_settings)


def require_apart(cursor: CursorWrapper, role: str) -> None:
    """Raise RolesNotApartError where this role owns a table, or may become the connected owner.

    A superuser may become every role.
    """
    cursor.execute("SELECT pg_has_role(%s, current_user, 'MEMBER')", [role])
    if cursor.fetchone()[0]:
        raise RolesNotApartError(
            f"The role {role} of DATABASE_URL may do all that the owner may. Give the application "
            "a role of its own, neither a superuser nor a member of the owner's."
        )
    cursor.execute(
        "SELECT count(*) FROM pg_class"
        " WHERE relowner = %s::regrole AND relnamespace = current_schema()::regnamespace",
        [role],
    )
    if cursor.fetchone()[0]:
        raise RolesNotApartError(
            f"The role {role} of DATABASE_URL still owns tables. Hand them over once, as "
            "docs/operations.md says under “Two roles”."
        )


def grant_to_application(cursor: CursorWrapper, role: str) -> None:
    """Let this role read and write rows, in existing tables and in those of later migrations."""
    cursor.execute("SELECT current_schema()")
    identifiers = {"schema": Identifier(cursor.fetchone()[0]), "role": Identifier(role)}
    for grant in GRANTS:
        cursor.execute(SQL(grant).format(**identifiers))
