"""Every mail is a row of one table, whatever it tells of."""

import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("consultations", "0003_capacities_name_the_delegation"),
        ("delegations", "0003_mandate_ends_after_it_starts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Mail",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("kind", models.CharField(max_length=20, verbose_name="kind")),
                (
                    "address",
                    models.EmailField(blank=True, max_length=254, verbose_name="e-mail address"),
                ),
                ("capacity", models.CharField(blank=True, max_length=60)),
                ("about", models.BigIntegerField(default=0)),
                ("facts", models.JSONField(blank=True, default=dict)),
                ("meeting_at", models.DateTimeField(blank=True, null=True)),
                ("meeting_place", models.CharField(blank=True, max_length=200)),
                ("since", models.DateTimeField(blank=True, null=True)),
                ("until", models.DateTimeField(blank=True, null=True)),
                ("items", models.JSONField(blank=True, default=dict)),
                ("written_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("due_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("refused_at", models.DateTimeField(blank=True, null=True)),
                ("bounced_at", models.DateTimeField(blank=True, null=True)),
                ("dropped_at", models.DateTimeField(blank=True, null=True)),
                ("opened_at", models.DateTimeField(blank=True, null=True)),
                ("why", models.CharField(blank=True, max_length=60)),
                (
                    "consultation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mails",
                        to="consultations.consultation",
                    ),
                ),
                (
                    "invitation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mails",
                        to="delegations.invitation",
                    ),
                ),
                (
                    "meeting",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mails",
                        to="consultations.meeting",
                    ),
                ),
                (
                    "reader",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mails",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "mail",
                "verbose_name_plural": "mails",
                "indexes": [
                    models.Index(
                        models.F("due_at"),
                        condition=models.Q(
                            ("dropped_at", None), ("refused_at", None), ("sent_at", None)
                        ),
                        name="mail_waiting",
                    ),
                    models.Index(models.F("kind"), models.F("about"), name="mail_about"),
                    models.Index(
                        models.F("reader"),
                        models.F("capacity"),
                        models.F("until"),
                        name="mail_watermark",
                    ),
                    models.Index(
                        fields=["consultation", "-written_at"], name="mail_of_consultation"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("meeting"),
                        models.F("reader"),
                        models.F("capacity"),
                        condition=models.Q(("dropped_at", None), ("kind", "digest")),
                        name="mail_digest_once",
                    ),
                    models.UniqueConstraint(
                        models.F("meeting"),
                        models.F("reader"),
                        models.F("capacity"),
                        condition=models.Q(
                            ("dropped_at", None),
                            ("kind__in", ["moved", "cancelled"]),
                            ("sent_at", None),
                        ),
                        name="mail_notice_waits_once",
                    ),
                ],
            },
        ),
    ]
