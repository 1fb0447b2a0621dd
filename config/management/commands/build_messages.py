"""Build the message catalogues: every .po under config/locale becomes a .mo."""

from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Needs no gettext tools on the machine, and no database."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        for catalogue in sorted(Path(settings.LOCALE_PATHS[0]).glob("*/LC_MESSAGES/*.po")):
            messages = polib.pofile(str(catalogue))
            messages.save_as_mofile(str(catalogue.with_suffix(".mo")))
            language, share = catalogue.parts[-3], messages.percent_translated()
            self.stdout.write(f"{language}: {share} % translated")
