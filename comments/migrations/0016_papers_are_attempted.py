"""Papers know their attempts and their heartbeat. Those that were lost before stay closed."""

from datetime import timedelta

from django.db import migrations, models
from django.db.models import F, Q
from django.utils import timezone


def close_lost(apps, schema_editor):
    """Unfinished for an hour: their page has said since then that the making was interrupted."""
    exports = apps.get_model("comments", "Export").objects.using(schema_editor.connection.alias)
    lost = exports.filter(finished_at=None, asked_at__lt=timezone.now() - timedelta(hours=1))
    lost.update(error="The making was interrupted.", finished_at=F("asked_at"))


class Migration(migrations.Migration):
    dependencies = [("comments", "0015_keys_are_claimed")]

    operations = [
        migrations.RunPython(close_lost, migrations.RunPython.noop),
        migrations.AddField("export", "offered_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("export", "attempts", models.PositiveSmallIntegerField(default=0)),
        migrations.AddField("export", "heartbeat_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("export", "cancelled_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddIndex(
            "export",
            models.Index("asked_at", condition=Q(finished_at=None), name="export_unfinished"),
        ),
    ]
