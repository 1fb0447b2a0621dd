"""What another process needs to stand where the test stands."""

import os

from django.conf import settings
from django.db import connection


def environment_of_test(**more: str) -> dict[str, str]:
    """The environment of this process with the test's own database and key, and with `more`."""
    given = connection.get_connection_params()
    host, who, name = given.get("host", ""), given.get("user", ""), given["dbname"]
    who = f"{who}:{given['password']}" if given.get("password") else who
    where = f"/{name}?host={host}" if host.startswith("/") else f"{host}:{given['port']}/{name}"
    return os.environ | {
        "DATABASE_URL": f"postgres://{who}@{where}",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "SECRET_KEY": settings.SECRET_KEY,
        **more,
    }
