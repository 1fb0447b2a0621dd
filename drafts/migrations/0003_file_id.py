"""What the last file called each paragraph, so that a lineage file can name it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("drafts", "0002_circulated_is_kept"),
    ]

    operations = [
        migrations.AddField(
            model_name="historicalparagraph",
            name="file_id",
            field=models.CharField(blank=True, default="", editable=False, max_length=100),
        ),
        migrations.AddField(
            model_name="paragraph",
            name="file_id",
            field=models.CharField(blank=True, default="", editable=False, max_length=100),
        ),
    ]
