"""What was said, and what answers it, is never emptied, and neither is its history."""

from django.db import migrations

from delegations.never_emptied import never_emptied


class Migration(migrations.Migration):
    dependencies = [
        ("comments", "0016_papers_are_attempted"),
        ("delegations", "0006_never_emptied"),
    ]
    operations = [
        never_emptied(
            "comments_comment",
            "comments_historicalcomment",
            "comments_commentmember",
            "comments_review",
            "comments_receipt",
            "comments_taking",
            "comments_reply",
            "comments_historicalreply",
            "comments_alignment",
            "comments_historicalalignment",
            "comments_acknowledgement",
            "comments_historicalacknowledgement",
            "comments_note",
            "comments_historicalnote",
            "comments_objection",
            "comments_historicalobjection",
            "comments_optout",
            "comments_historicaloptout",
        )
    ]
