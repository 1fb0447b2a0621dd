"""The app of consultations, with its name on the secretariat's desk (Django's admin)."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy


class ConsultationsConfig(AppConfig):
    name = "consultations"
    verbose_name = gettext_lazy("Consultations")
