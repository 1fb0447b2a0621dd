"""A count of what stands reads the index alone, for delegates too."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("comments", "0002_submitted_is_kept"),
        ("consultations", "0001_initial"),
        ("drafts", "0003_file_id"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="comment",
            name="comment_standing",
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(
                models.F("consultation"),
                models.F("paragraph"),
                models.F("round"),
                condition=models.Q(
                    ("submitted_at__isnull", False), ("superseded_at", None), ("withdrawn_at", None)
                ),
                include=("filed_by", "submitted_at", "discarded_at"),
                name="comment_standing",
            ),
        ),
        migrations.RemoveIndex(
            model_name="comment",
            name="comment_submitted",
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(
                models.F("consultation"),
                models.F("submitted_at"),
                include=("id", "paragraph"),
                name="comment_submitted",
            ),
        ),
    ]
