"""What is online, read once for a whole file: the paragraphs and the delegation's inputs."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from comments.kit.contents import FIELD_COLUMNS, consents_offered, fields_of
from comments.kit.keys import RowKey
from comments.kit.phrases import KitFields
from comments.models import Comment
from comments.threads.homes import homes_in, steps_until
from comments.threads.wordings import wordings_of
from consultations.rules.access import Access
from drafts.labels import normalized_label, other_names
from drafts.models import Kind, Revision, Wording


@dataclass(frozen=True, slots=True)
class KitParagraph:
    """A paragraph of the text against which the file is read."""

    wording: Wording
    id: UUID
    name: str  # by which a person chooses it: its label, or its kind and first words

    @property
    def label(self) -> str:
        return self.wording.label or self.name


@dataclass(frozen=True, slots=True)
class StoredInput:
    """One of the delegation's own drafts or inputs, as it is now."""

    id: UUID
    version: int
    fields: KitFields
    form_key: UUID
    is_sent: bool
    is_cleared: bool
    has_place: bool  # whether it proposes to move the paragraph
    group: UUID | None  # seat of the group for which it is filed
    offered: tuple[str, ...] = ()  # consents that its round offers
    keeps_consent: bool = False  # as a new version does


@dataclass(frozen=True)
class CurrentText:
    """Everything that the rows of a file are compared with."""

    revision: Revision
    paragraphs: tuple[KitParagraph, ...]
    by_id: Mapping[UUID, KitParagraph]
    by_label: Mapping[str, Sequence[KitParagraph]]
    by_text: Mapping[str, KitParagraph]  # texts that only one paragraph has, with single spaces
    own: Mapping[UUID, StoredInput]
    own_on: Mapping[UUID, tuple[StoredInput, ...]]  # by the paragraph where they belong now
    form_keys: Mapping[UUID, StoredInput]
    # The kit's own revision, where it is not this one: its labels and words, by paragraph.
    earlier: Mapping[UUID, Wording]
    earlier_stage: str
    moved: Mapping[UUID, UUID]  # paragraphs that left the text since → the one that follows each
    # What the round of new drafts offers; see `Kit.consents`.
    consents: tuple[str, ...]
    # The fields of a draft at the download of the kit, where somebody changed them since.
    at_download: Mapping[tuple[UUID, int], KitFields] = field(default_factory=dict)

    @property
    def paragraph_ids(self) -> set[UUID]:
        """Every paragraph that a row of the kit may name."""
        return {*self.by_id, *self.earlier}

    def labelled(self, typed: str) -> Sequence[KitParagraph]:
        """The paragraphs with this label, as a person types it: "para. 12", "(12)", "OP 12"."""
        label = normalized_label(typed)
        return self.by_label.get(label) or self.by_label.get(label.strip("()"), ())

    @property
    def is_earlier(self) -> bool:
        """Whether the kit was made for an earlier revision."""
        return bool(self.earlier_stage)


def current_text(
    access: Access, revision: Revision, made_for: Revision | None, keys: Iterable[RowKey]
) -> CurrentText:
    """The paragraphs of a revision and the own inputs on its text, in a fixed number of queries.

    `made_for` is the revision of the kit, None for a plain table. Needs `revision.draft`.
    """
    paragraphs = tuple(_paragraphs(access, revision))
    rows = _own_rows(access, revision)
    own = {row["public_id"]: _stored_input(row) for row in rows}
    earlier, moved = {}, {}
    if made_for is not None and made_for.pk != revision.pk:
        earlier = {w.paragraph_uuid: w for w in wordings_of(access).filter(revision=made_for)}
        moved = _following_paragraphs(revision, paragraphs, earlier)
    own_on: dict[UUID, list[StoredInput]] = defaultdict(list)
    for row in rows:
        paragraph = row["paragraph__public_id"]
        own_on[moved.get(paragraph, paragraph)].append(own[row["public_id"]])
    return CurrentText(
        revision=revision,
        paragraphs=paragraphs,
        by_id={paragraph.id: paragraph for paragraph in paragraphs},
        by_label=_by_label(paragraphs),
        by_text=_by_text(paragraphs),
        own=own,
        own_on={paragraph: tuple(inputs) for paragraph, inputs in own_on.items()},
        form_keys={stored.form_key: stored for stored in own.values()},
        earlier=earlier,
        earlier_stage=made_for.stage if earlier and made_for else "",
        moved=moved,
        consents=consents_offered(access, revision),
        at_download=_fields_at_download(access, own, keys),
    )


def _paragraphs(access: Access, revision: Revision) -> Iterable[KitParagraph]:
    times_used: dict[str, int] = {}
    for wording in wordings_of(access).filter(revision=revision).order_by("place"):
        name = wording.label or f"{Kind(wording.kind).label}: {wording.text[:50]}"
        times_used[name] = times_used.get(name, 0) + 1
        if times_used[name] > 1:
            name = f"{name} · {wording.text[:50]} ({times_used[name]})"
        wording.revision = revision
        yield KitParagraph(wording, wording.paragraph_uuid, name)


def _by_label(paragraphs: Iterable[KitParagraph]) -> dict[str, list[KitParagraph]]:
    """By label, and by other names for it where no other paragraph has that label."""
    labelled = [paragraph for paragraph in paragraphs if paragraph.wording.label]
    by_label: dict[str, list[KitParagraph]] = defaultdict(list)
    for paragraph in labelled:
        by_label[normalized_label(paragraph.wording.label)].append(paragraph)
    by_other_name: dict[str, list[KitParagraph]] = defaultdict(list)
    for paragraph in labelled:
        for name in other_names(paragraph.wording.label, paragraph.wording.kind):
            by_other_name[name].append(paragraph)
    return by_other_name | by_label


def _by_text(paragraphs: Iterable[KitParagraph]) -> dict[str, KitParagraph]:
    texts = [(" ".join(paragraph.wording.text.split()), paragraph) for paragraph in paragraphs]
    times_used = Counter(text for text, _paragraph in texts)
    return {text: paragraph for text, paragraph in texts if text and times_used[text] == 1}


def _own_rows(access: Access, revision: Revision) -> list[dict[str, Any]]:
    own: Any = Comment.objects.visible_to(access).own_record(access)
    rows = own.filter(paragraph__draft=revision.draft_id, superseded_at=None)
    return list(
        rows.order_by("pk").values(
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
            *FIELD_COLUMNS,
        )
    )


def _stored_input(row: dict[str, Any]) -> StoredInput:
    return StoredInput(
        id=row["public_id"],
        version=row["version"],
        fields=fields_of(row),
        form_key=row["form_key"],
        is_sent=row["submitted_at"] is not None,
        is_cleared=row["cleared_at"] is not None,
        has_place=row["move_after_id"] is not None,
        group=row["seat__public_id"] if row["seat_id"] != row["filed_by_id"] else None,
        offered=tuple(row["round__consents"]),
        keeps_consent=row["amends"] is not None,
    )


def _following_paragraphs(
    revision: Revision, paragraphs: Iterable[KitParagraph], earlier: Mapping[UUID, Any]
) -> dict[UUID, UUID]:
    """Paragraphs that left the text since → the one that follows each."""
    ids = {paragraph.wording.paragraph_id: paragraph.id for paragraph in paragraphs}
    places = {paragraph.wording.paragraph_id: paragraph.wording.place for paragraph in paragraphs}
    homes = homes_in(places, steps_until(revision))
    return {
        id: ids[homes.moved[wording.paragraph_id]]
        for id, wording in earlier.items()
        if wording.paragraph_id in homes.moved
    }


def _fields_at_download(
    access: Access, own: Mapping[UUID, StoredInput], keys: Iterable[RowKey]
) -> dict[tuple[UUID, int], KitFields]:
    """The fields of own drafts at the download of the kit, where somebody changed them since."""
    changed = {
        (key.comment_id, key.version)
        for key in keys
        if key.comment_id
        and (key.comment_id not in own or own[key.comment_id].version != key.version)
    }
    if not changed:
        return {}
    # From their own history: a draft that was discarded since is found nowhere else.
    past = Comment.history.model.objects.filter(
        filed_by=access.seat, public_id__in={comment for comment, _version in changed}
    )
    return {
        (row["public_id"], row["version"]): fields_of(row)
        for row in past.values("public_id", "version", *FIELD_COLUMNS)
        if (row["public_id"], row["version"]) in changed
    }
