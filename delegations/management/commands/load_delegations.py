"""Load delegations, groups and their members from the data shipped with the project."""

from typing import Any

from django.core.management.base import BaseCommand

from delegations.reference_data import load_reference_data


class Command(BaseCommand):
    help = __doc__ or ""

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(load_reference_data().sentences)
