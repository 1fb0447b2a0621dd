"""Build the catalogues of translations: each .po under config/locale becomes a .mo for Django.

Needs no gettext tools on the machine, and no database.
"""

from typing import Any

from django.core.management.base import BaseCommand

from config.catalogues.building import build_catalogues


class Command(BaseCommand):
    help = __doc__ or ""

    def handle(self, *args: Any, **options: Any) -> None:
        for language, share in build_catalogues():
            self.stdout.write(f"{language}: {share} % translated")
