"""Three models under the names that the code gives them; the view takes its name, tables keep theirs."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("comments", "0011_versions_are_drafted"),
        ("drafts", "0009_words_are_asked_one_by_one"),
    ]

    operations = [
        migrations.AlterModelTable("typing", "comments_typing"),
        migrations.RenameModel("Typing", "Autosave"),
        migrations.AlterModelTable("taking", "comments_taking"),
        migrations.RenameModel("Taking", "Incorporation"),
        migrations.AlterField(
            "incorporation",
            "comment",
            models.ForeignKey(
                "comments.comment",
                django.db.models.deletion.PROTECT,
                related_name="incorporations",
            ),
        ),
        migrations.AlterField(
            "incorporation",
            "step",
            models.ForeignKey(
                "drafts.deskstep", django.db.models.deletion.PROTECT, related_name="incorporations"
            ),
        ),
        migrations.RenameModel("Said", "Activity"),
        migrations.AlterModelTable("activity", "comments_activity"),
        migrations.RunSQL(
            "ALTER VIEW comments_said RENAME TO comments_activity",
            "ALTER VIEW comments_activity RENAME TO comments_said",
        ),
    ]
