"""Migrated tables, brought to another server in a second; to migrate there takes half a minute."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from config.launch.child_processes import run
from config.launch.local_services import DATABASE
from tests.config.deploy.bare_servers import programs_of_postgres

ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def copy_tables(
    place: Mapping[str, Any], sockets: Path, *, port: str = "5432", owner: str = "postgres"
) -> None:
    """All that stands in the database at `place`, into the empty one of the servers in `sockets`.

    `place` is what Django connects with; the tables will be the owner's.
    """
    programs = programs_of_postgres()
    source = {"PGPASSWORD": str(place.get("password", "")), **ENVIRONMENT}
    dump: list[str | Path] = [programs / "pg_dump", "--no-owner", "--no-privileges"]
    dump += [f"--{name}={place[name]}" for name in ("host", "port") if place.get(name)]
    dump += [f"--username={place['user']}", str(place["dbname"])]
    tables = run(dump, environment=source, folder=Path("/"))
    assert tables.returncode == 0, tables.stdout
    fill: list[str | Path] = [programs / "psql", "--quiet", "--set=ON_ERROR_STOP=1"]
    fill += [f"--host={sockets}", f"--port={port}", "--username=postgres", DATABASE]
    # A mark of columns that newer servers of version 15 write, and later versions do not read.
    known = "".join(
        line for line in tables.stdout.splitlines(True) if " SET (pg_attver=" not in line
    )
    filled = run(
        fill, environment=ENVIRONMENT, folder=Path("/"), text=f"SET ROLE {owner};\n{known}"
    )
    assert filled.returncode == 0, filled.stdout
