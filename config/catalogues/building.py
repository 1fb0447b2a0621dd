"""Builds the catalogues that Django reads (.mo) from their sources (.po), without gettext."""

from pathlib import Path

import polib
from django.conf import settings


def build_catalogues() -> list[tuple[str, int]]:
    """Build the catalogues that are missing or older than their source.

    Returns the language of each, and how many per cent of its sentences are translated.
    """
    built_languages = []
    for source in sorted(Path(settings.LOCALE_PATHS[0]).glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        messages = polib.pofile(str(source))
        messages.save_as_mofile(str(target))
        language = source.parts[-3]  # locale/LANGUAGE/LC_MESSAGES/django.po
        built_languages.append((language, messages.percent_translated()))
    return built_languages
