"""Prepares static files: hashed names, compression, and imported style sheets in one bundle."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage, Storage
from whitenoise.storage import CompressedManifestStaticFilesStorage

BUNDLE = "site.css"
IMPORT_RULE = re.compile(r'^@import url\("(?P<name>[\w/.-]+)"\);$', re.MULTILINE)
# Comments are a quarter of the sheet, and only useful in the source.
CSS_COMMENT = re.compile(r"/\*.*?\*/\n*", re.DOTALL)


class BundledStaticFilesStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Serves the style sheets of every page as one file; in development they are separate.

    Scripts import each other by their hashed names too.
    """

    support_js_module_import_aggregation = True

    def post_process(
        self, paths: Mapping[str, tuple[Storage, str]], *arguments: Any, **options: Any
    ) -> Iterator[tuple[str, str, bool]]:
        """Hash and compress the files as the library does, with the bundle among them.

        `paths` has, by the name of each file, the storage that holds it and its path there.
        """
        paths_with_bundle = (
            {**paths, BUNDLE: _in_memory(bundle_of(paths))} if BUNDLE in paths else paths
        )
        yield from super().post_process(paths_with_bundle, *arguments, **options)


def bundle_of(paths: Mapping[str, tuple[Storage, str]]) -> str:
    """The bundle with each import replaced by the sheet itself, without comments.

    Only sheets in the bundle's folder may have relative addresses: in the bundle, those of sheets
    in other folders would point elsewhere.
    """
    bundle = IMPORT_RULE.sub(lambda match: _read(paths, match["name"]), _read(paths, BUNDLE))
    return CSS_COMMENT.sub("", bundle)


def _in_memory(content: str) -> tuple[Storage, str]:
    """A storage that holds only the bundle, and its path there."""
    storage = InMemoryStorage()
    return storage, storage.save(BUNDLE, ContentFile(content.encode()))


def _read(paths: Mapping[str, tuple[Storage, str]], name: str) -> str:
    storage, path = paths[name]
    with storage.open(path) as file:
        content: bytes = file.read()
    return content.decode()
