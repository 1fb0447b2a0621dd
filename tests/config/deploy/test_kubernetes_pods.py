"""An export is made and downloaded where only /tmp is writable, with the pods' settings."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from comments.exports.acts import get_or_create_export
from comments.models import Export
from comments.table.selection import TableSelection
from tests.config.deploy.test_compose import ROOT
from tests.environment import environment_of_test
from tests.room import Room
from tests.s3_server import Bucket, s3_server

FOLDER = ROOT / "deploy" / "kubernetes"
# What the pods' servers are called; here those of the test take their place.
OF_SERVERS = {"DATABASE_URL", "DATABASE_REPLICA_URLS", "REDIS_URL", "AWS_ENDPOINT_URL_S3"}
# All read-only but one folder, which stands for /tmp; as a user who may do nothing else.
CONFINED = """
mount --make-rprivate /
mount --bind "$TMPDIR" "$TMPDIR"
mount -o remount,bind,ro /
mount -o remount,bind,rw "$TMPDIR"
exec "$@"
"""
MAKE = """
import os, sys
import django
django.setup()
from django.conf import settings
from django.core.files.storage import default_storage
from comments.models import Export
from comments.exports.acts import make_export_file

for place in (settings.BASE_DIR, settings.FILES_DIR.parent):
    try:
        (place / "written").touch()
    except OSError as error:
        print("refused", error.errno)
for key in sys.argv[1:]:
    make_export_file(int(key))
    paper = Export.objects.get(pk=key)
    with default_storage.open(str(paper.file)) as file:
        print(paper.error or file.read(4))
"""


def _settings_of_pods(**instead: str) -> dict[str, str]:
    """The values of the map and of the example of secrets, but addresses of servers."""
    given: dict[str, str] = {}
    for path, key in (("settings.yaml", "data"), ("secret.example.yaml", "stringData")):
        for one in yaml.safe_load_all((FOLDER / path).read_text()):
            if one["metadata"]["name"] == "consultations":
                given |= one[key]
    filled_in = {name: value for name, value in given.items() if name not in OF_SERVERS and value}
    return environment_of_test(**(filled_in | instead))


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    with s3_server() as bucket:
        yield bucket


@pytest.mark.skipif(not shutil.which("unshare"), reason="Linux alone has places of its own.")
def test_a_paper_is_made_where_nothing_but_tmp_can_be_written(
    committed_room: Room, bucket: Bucket, tmp_path: Path
) -> None:
    access = committed_room.access("CPV deputy")
    selection = TableSelection((committed_room.revision,), access.moment)
    papers = [
        get_or_create_export(access=access, selection=selection, format_name=name)[0]
        for name in ("pdf", "docx")
    ]
    environment = _settings_of_pods(
        FILES_BUCKET=bucket.name, TMPDIR=str(tmp_path), LOG_LEVEL="ERROR"
    )
    confined = ["unshare", "--mount", "sh", "-euc", CONFINED, "sh"]
    done = subprocess.run(
        [*confined, sys.executable, "-c", MAKE, *(str(paper.pk) for paper in papers)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )
    if "Operation not permitted" in done.stderr:
        pytest.skip("This user may not make a place of its own.")
    assert done.stdout.splitlines() == ["refused 30", "refused 30", "b'%PDF'", r"b'PK\x03\x04'"], (
        done.stderr
    )
    names = set(Export.objects.values_list("file", flat=True))
    assert names == {*bucket.files()} and len(names) == 2
