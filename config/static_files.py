"""Static files as served: hashed, compressed, and sheets that a sheet imports put into it."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage, Storage
from whitenoise.storage import CompressedManifestStaticFilesStorage

BUNDLE = "site.css"
IMPORT = re.compile(r'^@import url\("(?P<name>[\w/.-]+)"\);$', re.MULTILINE)
# A quarter of the sheet as it is sent, and for whoever reads the source alone.
COMMENT = re.compile(r"/\*.*?\*/\n*", re.DOTALL)


class BundledStaticFilesStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """One request for all that every page loads, where development has one a sheet.

    Scripts that import each other do so by their hashed names too.
    """

    support_js_module_import_aggregation = True

    def post_process(
        self, paths: Mapping[str, tuple[Storage, str]], *arguments: Any, **options: Any
    ) -> Iterator[tuple[str, str, bool]]:
        bundled = {**paths, BUNDLE: _kept(bundle_of(paths))} if BUNDLE in paths else paths
        yield from super().post_process(bundled, *arguments, **options)


def bundle_of(paths: Mapping[str, tuple[Storage, str]]) -> str:
    """The bundle with each import replaced by the sheet itself, without comments; addresses inside
    a sheet in a folder would point elsewhere, so only those beside the bundle may have any."""
    whole = IMPORT.sub(lambda found: _read(paths, found["name"]), _read(paths, BUNDLE))
    return COMMENT.sub("", whole)


def _kept(content: str) -> tuple[Storage, str]:
    kept = InMemoryStorage()
    return kept, kept.save(BUNDLE, ContentFile(content.encode()))


def _read(paths: Mapping[str, tuple[Storage, str]], name: str) -> str:
    storage, path = paths[name]
    with storage.open(path) as file:
        content: bytes = file.read()
    return content.decode()
