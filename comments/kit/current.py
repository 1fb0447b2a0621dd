"""What stands on line, read once for a whole file: the paragraphs, and the own words on them."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from comments.kit.contents import SAID, offered_on, said_in
from comments.kit.keys import RowKey
from comments.kit.phrases import KitFields
from comments.models import Comment
from comments.threads.homes import homes_in, steps_until
from comments.threads.wordings import wordings_of
from consultations.rules.access import Access
from drafts.labels import other_names, plain_label
from drafts.models import Kind, Revision, Wording


@dataclass(frozen=True, slots=True)
class KitParagraph:
    """A paragraph of the text against which the file is read."""

    wording: Wording
    id: UUID
    name: str  # as a person chooses it: its label, or what it is and its first words

    @property
    def label(self) -> str:
        return self.wording.label or self.name


@dataclass(frozen=True, slots=True)
class Stored:
    """One of the delegation's own drafts or inputs, as it stands now."""

    id: UUID
    version: int
    said: KitFields
    form_key: UUID
    is_sent: bool
    is_cleared: bool
    has_place: bool  # to which a paragraph should move
    group: UUID | None  # seat of the group for which it is filed
    offered: tuple[str, ...] = ()  # by its round
    keeps_consent: bool = False  # as a new version does


@dataclass(frozen=True)
class CurrentText:
    """Everything that the rows of a file are compared with."""

    revision: Revision
    spots: tuple[KitParagraph, ...]
    by_id: Mapping[UUID, KitParagraph]
    by_label: Mapping[str, Sequence[KitParagraph]]
    by_text: Mapping[str, KitParagraph]  # words that one paragraph alone has, spaces evened
    own: Mapping[UUID, Stored]
    own_on: Mapping[UUID, tuple[Stored, ...]]  # by paragraph, standing where its inputs stand now
    form_keys: Mapping[UUID, Stored]
    # The kit's own revision, where it is not this one: its labels and words, by paragraph.
    earlier: Mapping[UUID, Wording]
    earlier_stage: str
    moved: Mapping[UUID, UUID]
    # What the round of new drafts offers; see `Kit.consents`.
    consents: tuple[str, ...]
    # What a draft said in the version that the kit went out with, where it is not the present one.
    then: Mapping[tuple[UUID, int], KitFields] = field(default_factory=dict)

    @property
    def paragraphs(self) -> set[UUID]:
        """Every paragraph that a row of the kit may name."""
        return {*self.by_id, *self.earlier}

    def called(self, typed: str) -> Sequence[KitParagraph]:
        """The paragraphs that are called so, as somebody typed it: "para. 12", "(12)", "OP 12"."""
        plain = plain_label(typed)
        return self.by_label.get(plain) or self.by_label.get(plain.strip("()"), ())

    @property
    def is_earlier(self) -> bool:
        """Whether the kit was made for an earlier revision."""
        return bool(self.earlier_stage)


def current_text(
    access: Access, revision: Revision, made_for: Revision | None, keys: Iterable[RowKey]
) -> CurrentText:
    """The paragraphs of a revision and the own words on its text, in a fixed number of queries.

    `made_for` is the revision of the kit, None for a plain table. Needs `revision.draft`.
    """
    spots = tuple(_spots(access, revision))
    rows = _own_rows(access, revision)
    own = {row["public_id"]: _stored(row) for row in rows}
    earlier, moved = {}, {}
    if made_for is not None and made_for.pk != revision.pk:
        earlier = {w.paragraph_uuid: w for w in wordings_of(access).filter(revision=made_for)}
        moved = _moved(revision, spots, earlier)
    on: dict[UUID, list[Stored]] = defaultdict(list)
    for row in rows:
        paragraph = row["paragraph__public_id"]
        on[moved.get(paragraph, paragraph)].append(own[row["public_id"]])
    return CurrentText(
        revision=revision,
        spots=spots,
        by_id={spot.id: spot for spot in spots},
        by_label=_by_label(spots),
        by_text=_by_text(spots),
        own=own,
        own_on={paragraph: tuple(same) for paragraph, same in on.items()},
        form_keys={stored.form_key: stored for stored in own.values()},
        earlier=earlier,
        earlier_stage=made_for.stage if earlier and made_for else "",
        moved=moved,
        consents=offered_on(access, revision),
        then=_then(access, own, keys),
    )


def _spots(access: Access, revision: Revision) -> Iterable[KitParagraph]:
    taken: dict[str, int] = {}
    for wording in wordings_of(access).filter(revision=revision).order_by("place"):
        name = wording.label or f"{Kind(wording.kind).label}: {wording.text[:50]}"
        taken[name] = taken.get(name, 0) + 1
        if taken[name] > 1:
            name = f"{name} · {wording.text[:50]} ({taken[name]})"
        wording.revision = revision
        yield KitParagraph(wording, wording.paragraph_uuid, name)


def _by_label(spots: Iterable[KitParagraph]) -> dict[str, list[KitParagraph]]:
    """By label, and by what else people call it where no other paragraph has that label."""
    labelled = [spot for spot in spots if spot.wording.label]
    found: dict[str, list[KitParagraph]] = defaultdict(list)
    for spot in labelled:
        found[plain_label(spot.wording.label)].append(spot)
    otherwise: dict[str, list[KitParagraph]] = defaultdict(list)
    for spot in labelled:
        for name in other_names(spot.wording.label, spot.wording.kind):
            otherwise[name].append(spot)
    return otherwise | found


def _by_text(spots: Iterable[KitParagraph]) -> dict[str, KitParagraph]:
    words = Counter(" ".join(spot.wording.text.split()) for spot in spots)
    evened = ((" ".join(spot.wording.text.split()), spot) for spot in spots)
    return {told: spot for told, spot in evened if told and words[told] == 1}


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
            *SAID,
        )
    )


def _stored(row: dict[str, Any]) -> Stored:
    return Stored(
        id=row["public_id"],
        version=row["version"],
        said=said_in(row),
        form_key=row["form_key"],
        is_sent=row["submitted_at"] is not None,
        is_cleared=row["cleared_at"] is not None,
        has_place=row["move_after_id"] is not None,
        group=row["seat__public_id"] if row["seat_id"] != row["filed_by_id"] else None,
        offered=tuple(row["round__consents"]),
        keeps_consent=row["amends"] is not None,
    )


def _moved(
    revision: Revision, spots: Iterable[KitParagraph], earlier: Mapping[UUID, Any]
) -> dict[UUID, UUID]:
    """Paragraphs that left the text since → the one that follows each."""
    ids = {spot.wording.paragraph_id: spot.id for spot in spots}
    places = {spot.wording.paragraph_id: spot.wording.place for spot in spots}
    homes = homes_in(places, steps_until(revision))
    return {
        id: ids[homes.moved[wording.paragraph_id]]
        for id, wording in earlier.items()
        if wording.paragraph_id in homes.moved
    }


def _then(
    access: Access, own: Mapping[UUID, Stored], keys: Iterable[RowKey]
) -> dict[tuple[UUID, int], KitFields]:
    """What own drafts said when the kit went out, where somebody wrote on them since."""
    changed = {
        (key.comment, key.version)
        for key in keys
        if key.comment and (key.comment not in own or own[key.comment].version != key.version)
    }
    if not changed:
        return {}
    # Own history alone: of a draft that was discarded since, nothing else says what it held.
    past = Comment.history.model.objects.filter(
        filed_by=access.seat, public_id__in={comment for comment, _version in changed}
    )
    return {
        (row["public_id"], row["version"]): said_in(row)
        for row in past.values("public_id", "version", *SAID)
        if (row["public_id"], row["version"]) in changed
    }
