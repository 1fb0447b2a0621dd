"""The app of delegations and people, with its name in the secretariat's admin."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy


class DelegationsConfig(AppConfig):
    name = "delegations"
    verbose_name = gettext_lazy("Delegations")
