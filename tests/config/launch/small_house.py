"""A house of a few small files with the real launcher in it, and what a test asks of processes."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
LAUNCHER_FILES = (
    *(f"config/launch/{path.name}" for path in sorted((ROOT / "config/launch").glob("*.py"))),
    "config/demo/mailbox.py",
)
SMALL_HOUSE = {
    "config/__init__.py": "",
    "config/demo/prepare.py": "print('focal.point@example.org: focal point of Norway')\n",
    "config/wsgi.py": (
        "def application(environ, start_response):\n"
        "    start_response('200 OK', [('Content-Type', 'text/plain')])\n"
        "    return [b'The demo']\n"
    ),
    "config/web_worker.py": (
        "from gunicorn.workers.gthread import ThreadWorker\n"
        "class TimedThreadWorker(ThreadWorker):\n"
        "    pass\n"
    ),
    "config/celery.py": (
        "import os\n"
        "from celery import Celery\n"
        "url = os.environ['REDIS_URL'].replace('unix:', 'redis+socket:')\n"
        "app = Celery('small', broker=url.replace('?db=', '?virtual_host='))\n"
    ),
    "config/clock.py": "from config.celery import app\n",
    "manage.py": (
        "import os, psycopg, redis, sys, time\n"
        "redis.Redis.from_url(os.environ['REDIS_URL']).ping()\n"
        "with psycopg.connect(os.environ['DATABASE_URL'], autocommit=True) as connection:\n"
        "    connection.execute('CREATE TABLE IF NOT EXISTS kept (word text)')\n"
        "    for word in sys.argv[1:]:\n"
        "        connection.execute('INSERT INTO kept VALUES (%s)', [word])\n"
        "    words = connection.execute('SELECT word FROM kept ORDER BY word').fetchall()\n"
        "print('kept:', *(word for word, in words))\n"
        "print('database:', os.environ['DATABASE_URL'])\n"
        "print('mail:', os.environ['EMAIL_URL'])\n"
    ),
    "test_short.py": "def test_short():\n    assert True\n",
    "test_long.py": (
        "import pathlib, time\n"
        "def test_long():\n"
        "    pathlib.Path('started').touch()\n"
        "    time.sleep(120)\n"
    ),
    "test_servers.py": (
        "import os, psycopg, redis\n"
        "def test_servers():\n"
        "    store = redis.Redis.from_url(os.environ['REDIS_URL'])\n"
        "    assert store.dbsize() == 0\n"
        "    store.set('word', 'kept')\n"
        "    with psycopg.connect(os.environ['DATABASE_URL'], autocommit=True) as connection:\n"
        "        connection.execute('CREATE TABLE IF NOT EXISTS run (number serial)')\n"
        "        run = connection.execute('INSERT INTO run DEFAULT VALUES RETURNING number')\n"
        "        print('run', run.fetchone()[0])\n"
    ),
}


def environment(**more: str) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return {**kept, "PYTHONUNBUFFERED": "1", **more}


def begin(house: Path, *arguments: str, **more: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "config.launch", *arguments],
        cwd=house,
        env=environment(**more),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def call(house: Path, verb: str, *arguments: str, **more: str) -> tuple[int, str]:
    running = begin(house, verb, *arguments, **more)
    output, _ = running.communicate(timeout=300)
    return running.returncode, output


def wait_until(condition: Callable[[], object], seconds: float = 180.0) -> None:
    """Long, for a machine that is busy with other tests: where all is well nobody waits."""
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.05)


def read_until(running: subprocess.Popen[str], words: str) -> str:
    assert running.stdout is not None
    output = ""
    while words not in output:
        line = running.stdout.readline()
        assert line, f"it ended early: {output}"
        output += line
    return output


def worker_is_ready(house: Path) -> bool:
    """It has its processes, and listens to the broker: some seconds after the page has opened."""
    log = house / ".local" / "logs" / "worker.log"
    return log.exists() and " ready." in log.read_text()


def stat_of(pid: int) -> tuple[int, str, str] | None:
    """The parent, the state and the start of a process; nothing when it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return int(fields[1]), fields[0], fields[19]


def family_of(pid: int) -> dict[int, str]:
    """All processes below `pid`, with the moment each was started."""
    stats = {
        int(entry.name): stat
        for entry in Path("/proc").glob("[0-9]*")
        if (stat := stat_of(int(entry.name)))
    }
    family = {pid}
    while more := {child for child, stat in stats.items() if stat[0] in family} - family:
        family |= more
    return {member: stats[member][2] for member in family - {pid} if member in stats}


def those_left(family: dict[int, str]) -> list[int]:
    return [
        pid
        for pid, start in family.items()
        if (stat := stat_of(pid)) and stat[2] == start and stat[1] != "Z"
    ]


def programs(family: dict[int, str]) -> str:
    return " ".join(map(_command_of, family))


def _command_of(pid: int) -> str:
    """Nothing where it has ended."""
    with suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    return ""
