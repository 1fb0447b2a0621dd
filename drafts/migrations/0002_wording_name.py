"""Each circulated paragraph keeps a name that no other of its revision has.

Those circulated before get theirs here; nothing that went out is changed, and no history written.
"""

from itertools import groupby
from typing import Any

from delegations.unsealed import unsealed
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from drafts.text.names import NamedRow, names_to_keep

SEALED = "revision_id paragraph_id parent_id place kind label opening text notes".split()


def name_wordings(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
    wordings = apps.get_model("drafts", "Wording").objects.using(schema_editor.connection.alias)
    rows = wordings.order_by("revision", "place").values_list(
        "revision", "pk", "paragraph", "parent", "label", "kind", "text"
    )
    with unsealed(schema_editor, "drafts_wording", "drafts_wording_kept", kept_columns=SEALED):
        for _revision, rows_of_revision in groupby(rows.iterator(), key=lambda row: row[0]):
            named = [(pk, NamedRow(*fields)) for _revision, pk, *fields in rows_of_revision]
            name_by_paragraph_id = names_to_keep([row for _pk, row in named])
            for pk, row in named:
                wordings.filter(pk=pk).update(name=name_by_paragraph_id[row.paragraph_id])


class Migration(migrations.Migration):
    dependencies = [("drafts", "0001_initial")]

    operations = [
        migrations.AddField(
            "wording", "name", models.TextField(blank=True, db_default="", default="")
        ),
        migrations.RunPython(name_wordings, migrations.RunPython.noop),
    ]
