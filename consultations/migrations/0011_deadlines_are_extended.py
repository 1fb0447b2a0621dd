"""A round says when its deadline was put off."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("consultations", "0010_calendar_feeds"),
    ]

    operations = [
        migrations.AddField(
            model_name="historicalround",
            name="extended_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="round",
            name="extended_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
    ]
