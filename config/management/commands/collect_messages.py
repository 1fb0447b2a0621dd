"""Bring each catalogue of translations up to the sentences of code and templates.

New sentences are added without a translation, unused ones are removed. Needs
no gettext tools on the machine, and no database.
"""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from config.catalogues.collecting import lines_by_page, update_catalogue
from config.catalogues.sentences import first_file_by_sentence


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--by-page", action="store_true", help="Print all sentences for a reader, by place."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["by_page"]:
            self.stdout.write("\n".join(lines_by_page()))
            return
        sentences = set(first_file_by_sentence())
        for path in sorted(Path(settings.LOCALE_PATHS[0]).glob("*/LC_MESSAGES/*.po")):
            new, gone, untranslated = update_catalogue(path, sentences)
            language = path.parts[-3]  # locale/LANGUAGE/LC_MESSAGES/django.po
            self.stdout.write(
                f"{language}: {new} new, {gone} gone, {untranslated} without a translation"
            )
