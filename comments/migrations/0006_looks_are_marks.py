"""A last look is a mark like any other (`Seen`): one notion of what is new, on every page."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("comments", "0005_following")]

    operations = [migrations.DeleteModel(name="Look")]
