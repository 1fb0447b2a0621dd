"""A draft of a letter can be discarded; it stays, with its history, and is never sent."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("comments", "0028_bridging_words")]

    operations = [
        migrations.AddField(
            model_name=name,
            name="discarded_at",
            field=models.DateTimeField(
                blank=True, editable=False, null=True, verbose_name="discarded"
            ),
        )
        for name in ("officialletter", "historicalofficialletter")
    ] + [
        migrations.AddConstraint(
            model_name="officialletter",
            constraint=models.CheckConstraint(
                condition=Q(discarded_at=None) | Q(sent_at=None),
                name="letter_discarded_is_never_sent",
            ),
        ),
    ]
