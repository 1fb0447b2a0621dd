"""Brackets that stand on desks already become objects; who asked for them is not known.

A file of its own: rows that are written wait for their keys to be checked, and no table is altered
meanwhile.
"""

from typing import Any

from django.db import migrations
from django.db.models import Q

from drafts.words.brackets import CLOSING, brackets_in


def make_objects(apps: Any, editor: Any) -> None:
    here = editor.connection.alias
    paragraphs = apps.get_model("drafts", "Paragraph").objects.using(here)
    bracket = apps.get_model("drafts", "Bracket")
    signs = Q()
    for sign in CLOSING:
        signs |= Q(text__contains=sign)
    rows = paragraphs.filter(signs, struck_at=None, discarded_at=None)
    bracket.objects.using(here).bulk_create(
        (
            bracket(paragraph_id=key, start=start, end=end)
            for key, text in rows.values_list("pk", "text").iterator()
            for start, end in brackets_in(text).pairs
        ),
        batch_size=1000,
    )


class Migration(migrations.Migration):
    dependencies = [("drafts", "0012_brackets_are_rows")]
    operations = [migrations.RunPython(make_objects, migrations.RunPython.noop)]
