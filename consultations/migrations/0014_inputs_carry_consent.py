"""A round says what a delegation may allow with each of its inputs."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("consultations", "0013_minutes"),
    ]

    operations = [
        migrations.AddField(
            model_name="historicalround",
            name="consents",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("round", "as the round says"),
                        ("public", "may be published"),
                        ("unattributed", "without attribution"),
                        ("facilitators", "facilitators only"),
                    ],
                    max_length=20,
                ),
                blank=True,
                default=list,
            ),
        ),
        migrations.AddField(
            model_name="round",
            name="consents",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("round", "as the round says"),
                        ("public", "may be published"),
                        ("unattributed", "without attribution"),
                        ("facilitators", "facilitators only"),
                    ],
                    max_length=20,
                ),
                blank=True,
                default=list,
            ),
        ),
    ]
