"""What is online when a kit is uploaded: the paragraphs and the delegation's own inputs."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from comments.inputs.placement import descent_links_until, place_inputs
from comments.kit.file_rows import KitFields
from comments.kit.keys import RowKey
from comments.kit.queries import COMMENT_COLUMNS, consents_offered, fields_of
from comments.models import Comment
from comments.threads.wordings import wordings_with_paragraph_uuid
from consultations.rules.access import Access
from drafts.models import Revision, Wording
from drafts.text.labels import normalized_label, other_names
from drafts.text.names import name_of_wording


@dataclass(frozen=True, slots=True)
class KitParagraph:
    """A paragraph of the text against which the file is read."""

    wording: Wording
    public_id: UUID
    name: str  # by which a person chooses it, as no other is called


@dataclass(frozen=True, slots=True)
class StoredInput:
    """A draft or input of the delegation, or an input of a group that it coordinates, as of now."""

    public_id: UUID
    version: int
    fields: KitFields
    form_key: UUID
    is_submitted: bool
    is_cleared: bool
    has_move_target: bool  # whether it names a paragraph to be placed after
    group_seat_public_id: UUID | None  # seat of the group for which it is filed
    offered_consents: tuple[str, ...] = ()  # consents that its round offers
    keeps_consent: bool = False  # a new version of an input: its consent cannot be changed


@dataclass(frozen=True)
class CurrentText:
    """Everything that the rows of a file are compared with."""

    revision: Revision
    paragraphs: tuple[KitParagraph, ...]
    paragraph_by_public_id: Mapping[UUID, KitParagraph]
    paragraphs_by_label: Mapping[str, Sequence[KitParagraph]]
    # Texts that only one paragraph has, with single spaces.
    paragraph_by_text: Mapping[str, KitParagraph]
    own_input_by_public_id: Mapping[UUID, StoredInput]
    # By the paragraph where they belong now.
    own_inputs_by_paragraph_public_id: Mapping[UUID, tuple[StoredInput, ...]]
    own_input_by_form_key: Mapping[UUID, StoredInput]
    # The kit's own revision, where it is not this one: its labels and words, by paragraph.
    earlier_wording_by_paragraph_public_id: Mapping[UUID, Wording]
    earlier_stage: str  # of that revision; "" where the kit is of this one, or there is no kit
    # Paragraphs that left the text since → the one that follows each.
    current_public_id_by_earlier_public_id: Mapping[UUID, UUID]
    # What the round of new drafts offers; see `KitContents.consents`.
    consents: tuple[str, ...]
    # The fields of a draft at the download of the kit, where somebody changed them since: by the
    # public id of the draft and its version.
    fields_at_download_by_version: Mapping[tuple[UUID, int], KitFields] = field(
        default_factory=dict
    )

    @property
    def paragraph_public_ids(self) -> set[UUID]:
        """Every paragraph that a row of the kit may name."""
        return {*self.paragraph_by_public_id, *self.earlier_wording_by_paragraph_public_id}

    def paragraphs_labelled(self, entered_label: str) -> Sequence[KitParagraph]:
        """The paragraphs with this label, as a person types it: "para. 12", "(12)", "OP 12"."""
        label = normalized_label(entered_label)
        without_brackets = label.strip("()")
        return self.paragraphs_by_label.get(label) or self.paragraphs_by_label.get(
            without_brackets, ()
        )

    @property
    def is_kit_earlier(self) -> bool:
        """Whether the kit was made for an earlier revision."""
        return bool(self.earlier_stage)


def read_current_text(
    access: Access, revision: Revision, kit_revision: Revision | None, row_keys: Iterable[RowKey]
) -> CurrentText:
    """The paragraphs of a revision and the own inputs on its text, in a fixed number of queries.

    `kit_revision` is the revision of the kit, None for a plain table. Load `revision.draft` first:
    the wordings share the revision, and whoever compares or imports rows reads its language.
    """
    paragraphs = tuple(_paragraphs(access, revision))
    own_rows = _own_rows(access, revision)
    own_input_by_public_id = {row["public_id"]: _stored_input(row) for row in own_rows}
    earlier_wording_by_paragraph_public_id, current_public_id_by_earlier_public_id = {}, {}
    if kit_revision is not None and kit_revision.pk != revision.pk:
        earlier_wording_by_paragraph_public_id = {
            wording.paragraph_uuid: wording
            for wording in wordings_with_paragraph_uuid(access).filter(revision=kit_revision)
        }
        current_public_id_by_earlier_public_id = _following_paragraphs(
            revision, paragraphs, earlier_wording_by_paragraph_public_id
        )
    own_inputs_by_paragraph_public_id: dict[UUID, list[StoredInput]] = defaultdict(list)
    for row in own_rows:
        paragraph_public_id = row["paragraph__public_id"]
        own_inputs_by_paragraph_public_id[
            current_public_id_by_earlier_public_id.get(paragraph_public_id, paragraph_public_id)
        ].append(own_input_by_public_id[row["public_id"]])
    return CurrentText(
        revision=revision,
        paragraphs=paragraphs,
        paragraph_by_public_id={paragraph.public_id: paragraph for paragraph in paragraphs},
        paragraphs_by_label=_paragraphs_by_label(paragraphs),
        paragraph_by_text=_paragraph_by_text(paragraphs),
        own_input_by_public_id=own_input_by_public_id,
        own_inputs_by_paragraph_public_id={
            paragraph_public_id: tuple(inputs)
            for paragraph_public_id, inputs in own_inputs_by_paragraph_public_id.items()
        },
        own_input_by_form_key={
            stored_input.form_key: stored_input for stored_input in own_input_by_public_id.values()
        },
        earlier_wording_by_paragraph_public_id=earlier_wording_by_paragraph_public_id,
        # With earlier wordings there is a `kit_revision`: the type checker does not know it.
        earlier_stage=kit_revision.stage
        if earlier_wording_by_paragraph_public_id and kit_revision
        else "",
        current_public_id_by_earlier_public_id=current_public_id_by_earlier_public_id,
        consents=consents_offered(access, revision),
        fields_at_download_by_version=_fields_at_download(access, own_input_by_public_id, row_keys),
    )


def _paragraphs(access: Access, revision: Revision) -> Iterable[KitParagraph]:
    """The paragraphs in order."""
    for wording in wordings_with_paragraph_uuid(access).filter(revision=revision).order_by("place"):
        wording.revision = revision
        yield KitParagraph(wording, wording.paragraph_uuid, name_of_wording(wording))


def _paragraphs_by_label(paragraphs: Sequence[KitParagraph]) -> dict[str, list[KitParagraph]]:
    """By name; by label where none is named so; by other names where none has that label."""
    paragraphs_by_name: dict[str, list[KitParagraph]] = defaultdict(list)
    for paragraph in paragraphs:
        paragraphs_by_name[normalized_label(paragraph.name)].append(paragraph)
    labelled = [paragraph for paragraph in paragraphs if paragraph.wording.label]
    paragraphs_by_label: dict[str, list[KitParagraph]] = defaultdict(list)
    for paragraph in labelled:
        paragraphs_by_label[normalized_label(paragraph.wording.label)].append(paragraph)
    paragraphs_by_other_name: dict[str, list[KitParagraph]] = defaultdict(list)
    for paragraph in labelled:
        for name in other_names(paragraph.wording.label, paragraph.wording.kind):
            paragraphs_by_other_name[name].append(paragraph)
    return paragraphs_by_other_name | paragraphs_by_label | paragraphs_by_name


def _paragraph_by_text(paragraphs: Iterable[KitParagraph]) -> dict[str, KitParagraph]:
    """By text with single spaces, for texts that only one paragraph has."""
    texts = [(" ".join(paragraph.wording.text.split()), paragraph) for paragraph in paragraphs]
    times_used = Counter(text for text, _paragraph in texts)
    return {text: paragraph for text, paragraph in texts if text and times_used[text] == 1}


def _own_rows(access: Access, revision: Revision) -> list[dict[str, Any]]:
    """The columns of the delegation's own drafts and inputs on the text: one query."""
    own_comments: Any = Comment.objects.visible_to(access).own_record(access)
    comments_on_text = own_comments.filter(paragraph__draft=revision.draft_id, superseded_at=None)
    return list(
        comments_on_text.order_by("pk").values(
            "public_id",
            "paragraph__public_id",
            "version",
            "form_key",
            "submitted_at",
            "cleared_at",
            "move_after_id",
            "seat_id",
            "seat__public_id",
            "filed_by_id",
            "amends",
            *COMMENT_COLUMNS,
        )
    )


def _stored_input(row: dict[str, Any]) -> StoredInput:
    """An own draft or input from the columns of `_own_rows`."""
    return StoredInput(
        public_id=row["public_id"],
        version=row["version"],
        fields=fields_of(row),
        form_key=row["form_key"],
        is_submitted=row["submitted_at"] is not None,
        is_cleared=row["cleared_at"] is not None,
        has_move_target=row["move_after_id"] is not None,
        group_seat_public_id=row["seat__public_id"]
        if row["seat_id"] != row["filed_by_id"]
        else None,
        offered_consents=tuple(row["round__consents"]),
        keeps_consent=row["amends"] is not None,
    )


def _following_paragraphs(
    revision: Revision,
    paragraphs: Iterable[KitParagraph],
    earlier_wording_by_paragraph_public_id: Mapping[UUID, Any],
) -> dict[UUID, UUID]:
    """Paragraphs that left the text since → the one that follows each."""
    public_id_by_paragraph_id = {
        paragraph.wording.paragraph_id: paragraph.public_id for paragraph in paragraphs
    }
    place_by_paragraph_id = {
        paragraph.wording.paragraph_id: paragraph.wording.place for paragraph in paragraphs
    }
    input_placement = place_inputs(place_by_paragraph_id, descent_links_until(revision))
    return {
        public_id: public_id_by_paragraph_id[
            input_placement.current_id_by_earlier_id[wording.paragraph_id]
        ]
        for public_id, wording in earlier_wording_by_paragraph_public_id.items()
        if wording.paragraph_id in input_placement.current_id_by_earlier_id
    }


def _fields_at_download(
    access: Access, own_input_by_public_id: Mapping[UUID, StoredInput], row_keys: Iterable[RowKey]
) -> dict[tuple[UUID, int], KitFields]:
    """The fields of own drafts at the download of the kit, where somebody changed them since."""
    changed_versions = {
        (row_key.comment_public_id, row_key.version)
        for row_key in row_keys
        if row_key.comment_public_id
        and (
            row_key.comment_public_id not in own_input_by_public_id
            or own_input_by_public_id[row_key.comment_public_id].version != row_key.version
        )
    }
    if not changed_versions:
        return {}
    # From the history of comments: a draft that was discarded since is found nowhere else.
    past_versions = Comment.history.model.objects.filter(
        filed_by=access.seat,
        public_id__in={comment_public_id for comment_public_id, _version in changed_versions},
    )
    return {
        (values["public_id"], values["version"]): fields_of(values)
        for values in past_versions.values("public_id", "version", *COMMENT_COLUMNS)
        if (values["public_id"], values["version"]) in changed_versions
    }
