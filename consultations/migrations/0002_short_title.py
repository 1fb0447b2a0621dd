"""A short title, for the top of every page, where the title is long."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("consultations", "0001_initial")]

    operations = [
        migrations.AddField(
            model,
            "short_title",
            models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="Stands at the top of every page. Leave empty where the title is short.",
                max_length=40,
                verbose_name="short title",
            ),
        )
        for model in ("consultation", "historicalconsultation")
    ]
