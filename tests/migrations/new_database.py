"""A database of its own, for a test that migrates."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper


@contextmanager
def new_database(alias: str, template: str = "template1") -> Iterator[BaseDatabaseWrapper]:
    """A database of its own on the server of the tests; it goes at the end."""
    # Workers of one run ask the same server.
    name = f"{connection.settings_dict['NAME']}_{alias}_{os.getpid()}"
    _ask_server(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    connections.settings[alias] = {**connections.settings[DEFAULT_DB_ALIAS], "NAME": name}
    try:
        yield connections[alias]
    finally:
        connections[alias].close()
        del connections[alias], connections.settings[alias]
        _ask_server(f'DROP DATABASE "{name}"')


def _ask_server(statement: str) -> None:
    """Outside of any transaction that a test has begun."""
    parameters = {**connection.get_connection_params(), "dbname": "postgres"}
    with psycopg.connect(**parameters, autocommit=True) as server:
        server.execute(statement)
