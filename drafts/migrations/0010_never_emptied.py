"""The text, circulated or on the desk, is never emptied, and neither is its history."""

from django.db import migrations

from delegations.never_emptied import never_emptied


class Migration(migrations.Migration):
    dependencies = [
        ("drafts", "0009_words_are_asked_one_by_one"),
        ("delegations", "0006_never_emptied"),
    ]
    operations = [
        never_emptied(
            "drafts_revision",
            "drafts_wording",
            "drafts_descent",
            "drafts_draft",
            "drafts_historicaldraft",
            "drafts_paragraph",
            "drafts_historicalparagraph",
            "drafts_deskstep",
            "drafts_agendaitem",
            "drafts_historicalagendaitem",
            "drafts_wordingtranslation",
            "drafts_historicalwordingtranslation",
        )
    ]
