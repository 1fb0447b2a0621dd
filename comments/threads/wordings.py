"""Circulated wordings and revisions as the pages read them."""

from functools import partial
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from django.db.models import BigIntegerField, F, QuerySet, TextField, UUIDField
from django.http import Http404

from comments.threads.internal import autosave_as_json_on
from consultations.rules.access import Access
from consultations.rules.placeholder_reader import CONSULTATION, placeholder_reader
from delegations.kept_statements import KeptStatement, ValuePlaceholder
from drafts.languages.queries import with_languages
from drafts.models import Revision, Wording

# The columns of a wording that `shown_paragraph` needs.
PARAGRAPH_COLUMNS = (
    *("paragraph_id", "paragraph_uuid", "public_id", "name", "label", "kind", "level", "parent_id"),
    *("text", "opening", "notes", "text_hash", "redline", "previous_id"),
)


def wordings_with_paragraph_uuid(access: Access) -> Any:
    """A queryset of circulated wordings, with the public id of their paragraph as
    `paragraph_uuid`."""
    return Wording.objects.visible_to(access).annotate(paragraph_uuid=F("paragraph__public_id"))


def wording_to_write_on(access: Access, public_id: UUID) -> Wording:
    """A circulated wording with its text and its paragraph, for somebody who writes on it.

    Raises Http404 where this consultation has no such wording.
    """
    for wording in WORDING_TO_WRITE_ON.run(consultation=access.consultation.pk, id=public_id):
        return wording
    raise Http404


def _wording_to_write_on() -> QuerySet[Wording]:
    """The query of `wording_to_write_on`, with placeholders for what differs each time."""
    wordings = Wording.objects.visible_to(placeholder_reader(consultation=CONSULTATION))
    wordings = wordings.select_related("revision__draft", "paragraph__draft")
    return wordings.filter(public_id=ValuePlaceholder("id", UUIDField()))


WORDING_TO_WRITE_ON = KeptStatement(_wording_to_write_on)


def wordings_with_autosave(
    access: Access, revision: Revision, open_paragraph_public_id: UUID | None
) -> list[Any]:
    """The wordings of a revision in order, as plain rows: a text has hundreds.

    Of the paragraph with `open_paragraph_public_id`, `autosave_json` has what the reader was
    typing (`autosave_as_json_on`); of all others it is None.
    """
    has_open_paragraph = open_paragraph_public_id is not None
    return WORDINGS_WITH_AUTOSAVE[has_open_paragraph].run(
        consultation=access.consultation.pk,
        user=access.user.pk,
        capacity=access.capacity.key,
        revision=revision.pk,
        open=open_paragraph_public_id,
    )


def _wordings_with_autosave(has_open_paragraph: bool) -> QuerySet[Any, Any]:
    """The query of `wordings_with_autosave`, with placeholders for what differs each time."""
    # What `Autosave.objects.visible_to` reads of an `Access`.
    reader = placeholder_reader(
        consultation=CONSULTATION,
        user=ValuePlaceholder("user", BigIntegerField()),
        capacity=SimpleNamespace(key=ValuePlaceholder("capacity", TextField())),
    )
    wordings = wordings_with_paragraph_uuid(reader).filter(
        revision=ValuePlaceholder("revision", BigIntegerField())
    )
    open_public_id: Any = ValuePlaceholder("open", UUIDField()) if has_open_paragraph else None
    annotated_wordings: QuerySet[Any, Any] = wordings.annotate(
        autosave_json=autosave_as_json_on(reader, open_public_id)
    )
    return annotated_wordings.order_by("place").values_list(
        *PARAGRAPH_COLUMNS, "place", "autosave_json", named=True
    )


WORDINGS_WITH_AUTOSAVE = {
    has_open_paragraph: KeptStatement(partial(_wordings_with_autosave, has_open_paragraph))
    for has_open_paragraph in (False, True)
}


def revisions_of_all_texts(access: Access) -> list[Revision]:
    """Every circulated revision of every text of the consultation, in order: one query."""
    return REVISIONS_OF_ALL_TEXTS.run(consultation=access.consultation.pk)


def _revisions() -> QuerySet[Revision]:
    """The revisions of a consultation that is given when the statement is run."""
    revisions = Revision.objects.visible_to(placeholder_reader(consultation=CONSULTATION))
    revisions = revisions.select_related("draft", "round", "meeting")
    return with_languages(revisions).order_by("draft__place", "draft__pk", "number")


REVISIONS_OF_ALL_TEXTS = KeptStatement(_revisions)
