"""Which errors of PostgreSQL say that it is away, and which a request caused itself."""

import psycopg.errors
import pytest
from django.db import OperationalError

from config.outages.database_errors import is_database_outage


def error_of_django(sqlstate: str | None) -> OperationalError:
    """As Django raises it: beneath stands the error of the driver, which has the code."""
    error = OperationalError("It did not work.")
    error.__cause__ = psycopg.OperationalError()
    if sqlstate is not None:
        error.__cause__ = psycopg.errors.lookup(sqlstate)()
    return error


@pytest.mark.parametrize(
    ("sqlstate", "is_outage"),
    [
        ("53300", True),
        ("57P01", True),
        ("40P01", False),
        ("57014", False),
        (None, True),
    ],
    ids=["too many connections", "shut down", "deadlock", "timeout", "no connection"],
)
def test_an_outage_is_no_connection_no_room_or_a_server_that_shuts_down(
    sqlstate: str | None, is_outage: bool
) -> None:
    assert is_database_outage(error_of_django(sqlstate)) is is_outage


def test_another_error_is_no_outage() -> None:
    assert not is_database_outage(None)
    assert not is_database_outage(ValueError("53300"))
