from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("comments", "0031_reviews_in_force"),
        ("consultations", "0018_working_rooms"),
        ("drafts", "0016_parts_of_rooms"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="comment",
            index=models.Index(
                models.F("consultation"),
                models.F("submitted_at"),
                include=(
                    "id",
                    "paragraph",
                    "round",
                    "filed_by",
                    "seat",
                    "discarded_at",
                    "superseded_at",
                    "withdrawn_at",
                    "consent",
                ),
                name="comment_said",
            ),
        ),
        RemoveIndexConcurrently(model_name="comment", name="comment_submitted"),
    ]
