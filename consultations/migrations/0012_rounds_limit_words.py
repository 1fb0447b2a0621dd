"""A round may limit the words of a proposal and of a reason."""

from django.db import migrations, models

MODELS = ("historicalround", "round")


class Migration(migrations.Migration):
    dependencies = [("consultations", "0011_deadlines_are_extended")]

    operations = [
        migrations.AddField(
            model_name=model,
            name=f"{name}_limit",
            field=models.PositiveIntegerField(
                blank=True, null=True, verbose_name=f"words of a {said}"
            ),
        )
        for model in MODELS
        for name, said in (("proposed", "proposal"), ("rationale", "reason"))
    ]
