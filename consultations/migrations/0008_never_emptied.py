"""The frame is never emptied, and neither is its history (delegations, 0006)."""

from django.db import migrations

from delegations.never_emptied import never_emptied


class Migration(migrations.Migration):
    dependencies = [
        ("consultations", "0007_functions_are_offered"),
        ("delegations", "0006_never_emptied"),
    ]
    operations = [
        never_emptied(
            "consultations_consultation",
            "consultations_historicalconsultation",
            "consultations_facilitation",
            "consultations_historicalfacilitation",
            "consultations_seat",
            "consultations_historicalseat",
            "consultations_round",
            "consultations_historicalround",
            "consultations_meeting",
            "consultations_historicalmeeting",
            "consultations_mail",
        )
    ]
