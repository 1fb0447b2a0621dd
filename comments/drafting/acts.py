"""The writes inside a delegation: drafts, their clearance, notes on them, words being typed."""

import re
import uuid
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import BigIntegerField
from django.utils.translation import gettext as _

from comments.inputs.content import CommentContent, content_key, require_valid_text, set_content
from comments.models import (
    MAX_FIELD_LENGTH,
    MAX_NOTE_LENGTH,
    PROPOSING_KINDS,
    Autosave,
    Comment,
    CommentQuerySet,
    Mention,
    Note,
)
from comments.notifications.acts import (
    RoomEvent,
    notify_cleared,
    notify_mentioned,
    notify_returned,
    notify_room,
)
from comments.notifications.recipients import colleagues_of
from consultations.keys.idempotency import claim_key
from consultations.models import Round, Seat
from consultations.rules.access import Access, Act, Refused
from consultations.rules.phases import rounds_on_same_texts
from delegations.history import write
from delegations.kept_statements import KeptStatement, ValuePlaceholder
from delegations.models import Post, User
from drafts.desk.acts import StaleVersion
from drafts.models import Wording


@transaction.atomic
def draft_comment(
    *,
    access: Access,
    wording: Wording,
    content: CommentContent,
    read_in: str = "",
    seat: Seat | None = None,
    in_room: bool = False,
    is_typed: bool = False,
    form_key: uuid.UUID | None = None,
) -> Comment:
    """Write a draft on the wording that was read; outside a room the own delegation alone sees it.

    `seat` names a group on whose behalf it is filed; `in_room` drafts it in that group's room,
    where its members read and change it. `read_in` is the language in which the wording was read;
    without one, that of the text. Content that `is_typed` comes from the form on the wording: the
    autosave of that form is deleted. The same `form_key` twice (a double click, a repeated request)
    returns the first comment. Needs `wording.revision.draft`. Raises `KeyReused`.
    """
    request_parts = (wording, content, read_in, seat, in_room)
    claim = claim_key(access, form_key, Act.DRAFT_COMMENT, *request_parts)
    if not claim.is_first:
        return Comment.objects.select_related("round").get(public_id=claim.row_public_id)
    draft = build_draft(
        access=access,
        public_id=claim.row_public_id,
        wording=wording,
        content=content,
        read_in=read_in,
        seat=seat,
        in_room=in_room,
        form_key=form_key,
    )
    if is_typed:
        delete_autosave(access=access, wording=wording)
    return write(draft, by=access)


def build_draft(
    *,
    access: Access,
    public_id: uuid.UUID,
    wording: Wording,
    content: CommentContent,
    read_in: str = "",
    seat: Seat | None = None,
    in_room: bool = False,
    form_key: uuid.UUID | None = None,
) -> Comment:
    """An unsaved draft, with the parameters of `draft_comment`."""
    access.require(Act.READ_TEXT, on=wording)
    round = round_to_draft_in(access, wording)
    access.require(Act.DRAFT_COMMENT, on=round)
    seat_of_draft = (
        _room_seat_to_draft_in(access, seat) if in_room else _seat_to_speak_for(access, seat)
    )
    draft = Comment(
        public_id=public_id,
        consultation=access.consultation,
        wording=wording,
        paragraph_id=wording.paragraph_id,
        round=round,
        seat=seat_of_draft,
        # In a room the group's seat, until its coordinator submits the draft.
        filed_by=seat_of_draft if in_room else access.seat,
        in_room=in_room,
        author=access.user,
        form_key=form_key or uuid.uuid4(),
        read_in=read_in or wording.revision.draft.language,
        created_at=access.moment,
        edited_at=access.moment,
    )
    set_content(draft, content)
    return draft


def _room_seat_to_draft_in(access: Access, seat: Seat | None) -> Seat:
    """The seat of a group in whose room the delegation sits today."""
    if seat is None or seat.pk not in {room.pk for room in access.group_room_seats}:
        raise ValidationError({"seat": _("Your delegation is not in this group’s room.")})
    return seat


def _seat_to_speak_for(access: Access, seat: Seat | None) -> Seat:
    """The own seat, or that of a group whose mandate the delegation holds today."""
    if access.seat is None:
        raise ValidationError(_("Only a delegation can submit inputs."))
    if seat is None or seat.pk == access.seat.pk:
        return access.seat
    if seat.pk not in {group.pk for group in access.coordinated_seats}:
        raise ValidationError(
            {
                "seat": _("Your delegation has no mandate to submit for %(group)s.")
                % {"group": seat.name_for_reader}
            }
        )
    return seat


@transaction.atomic
def edit_comment(
    *,
    access: Access,
    comment: Comment,
    version: int,
    content: CommentContent,
    seat: Seat | None = None,
    is_typed: bool = False,
) -> Comment:
    """Change a draft. It no longer counts as cleared or sent back, and a group's silence ends.

    An edit that leaves the content as it was does not end the silence. `seat` is the body for which
    it is filed; a draft in a group's room, or of a new version, keeps the one it has. Content that
    `is_typed` comes from the form on the draft: the autosave of that form is deleted. Raises
    `StaleVersion` where somebody saved since `version`.
    """
    stored_comment = lock_comment(comment)
    access.require(Act.DRAFT_COMMENT, on=stored_comment)
    if stored_comment.version != version:
        raise StaleVersion(stored_comment)
    if not (stored_comment.in_room or stored_comment.amends):
        stored_comment.seat = _seat_to_speak_for(access, seat)
    stored_comment.cleared_at = stored_comment.returned_at = None
    key_before_edit = content_key(stored_comment)
    set_content(stored_comment, content)
    stored_comment.edited_at = access.moment
    ends_silence = (
        stored_comment.silence_until is not None and content_key(stored_comment) != key_before_edit
    )
    if ends_silence:
        stored_comment.silence_from = stored_comment.silence_until = None
        stored_comment.silence_broken_at = None
        notify_room(access, [stored_comment], RoomEvent.DRAFT_CHANGED)
    if is_typed:
        delete_autosave(access=access, wording=stored_comment.wording, comment=stored_comment)
    return save_next_version(access, stored_comment)


@transaction.atomic
def discard_comment(*, access: Access, comment: Comment, version: int | None = None) -> Comment:
    """Discard a draft. It stays in the delegation's own history.

    What its discarder was typing into it goes with it; what others were typing stays theirs.
    Raises `StaleVersion` where `version` is given, and somebody saved since.
    """
    stored_comment = lock_comment(comment)
    access.require(Act.DISCARD_COMMENT, on=stored_comment)
    if version is not None and stored_comment.version != version:
        raise StaleVersion(stored_comment)
    delete_autosave(access=access, wording=stored_comment.wording, comment=stored_comment)
    stored_comment.discarded_at = access.moment
    return save_next_version(access, stored_comment)


@transaction.atomic
def clear_comment(*, access: Access, comment: Comment) -> Comment:
    """Clear a draft for submission. One that is cleared already (a second click) stays as it is.

    `clear_comments` clears drafts in the versions that a page showed.
    """
    stored_comment = lock_comment(comment)
    access.require(Act.CLEAR_COMMENT, on=stored_comment)
    if stored_comment.cleared_at:
        return stored_comment
    stored_comment.cleared_at = access.moment
    stored_comment.sent_for_clearance_at = stored_comment.returned_at = None
    notify_cleared(access, [stored_comment])
    return save_next_version(access, stored_comment)


@transaction.atomic
def return_comment(
    *, access: Access, comment: Comment, reason: str, form_key: uuid.UUID | None = None
) -> Comment:
    """Send a draft, cleared or not, back to its drafters; the reason stays as a note on it.

    Who may clear it may send it back. The same `form_key` twice sends it back once. Raises
    `KeyReused`.
    """
    claim = claim_key(access, form_key, Act.CLEAR_COMMENT, comment, reason)
    stored_comment = lock_comment(comment)
    if not claim.is_first:
        return stored_comment
    access.require(Act.CLEAR_COMMENT, on=stored_comment)
    if not reason.strip():
        raise ValidationError({"reason": _("Give a reason. The drafters can read it.")})
    _write_note(
        access,
        stored_comment,
        reason,
        field="reason",
        public_id=claim.row_public_id,
        is_return=True,
    )
    stored_comment.cleared_at = stored_comment.sent_for_clearance_at = None
    stored_comment.returned_at = access.moment
    notify_returned(access, stored_comment)
    return save_next_version(access, stored_comment)


@transaction.atomic
def copy_proposal(*, access: Access, comment: Comment) -> Comment:
    """Begin an own draft with the wording that another delegation proposes.

    A note says on whose input it is based; it stays inside the delegation, also after submission.
    The reason is not copied. If an own draft has the same words already, it is returned.
    Needs `seat`, `round` and `wording__revision__draft`.
    """
    access.require(Act.READ_COMMENT, on=comment)
    access.require(Act.DRAFT_COMMENT)
    if access.has_on_record(comment):
        raise Refused(_("This is your own input."))
    # Not submitted: a draft in the room of a group, which its members read.
    if comment.kind not in PROPOSING_KINDS or not comment.submitted_at:
        raise ValidationError(_("This input proposes no wording. There is nothing to copy."))
    if comment.withdrawn_at or comment.superseded_at:
        raise ValidationError(_("This input was withdrawn or replaced."))
    assert access.seat is not None  # only who has a seat may draft
    # The lock makes one draft of two clicks at once.
    Seat.objects.select_for_update(no_key=True).get(pk=access.seat.pk)
    own_drafts = (
        Comment.objects.visible_to(access).unsubmitted().filter(seat=access.seat, in_room=False)
    )
    drafts_with_same_words = own_drafts.filter(
        wording=comment.wording, kind=comment.kind, proposed=comment.proposed
    )
    if (existing_draft := drafts_with_same_words.first()) is not None:
        return existing_draft
    draft = draft_comment(
        access=access,
        wording=comment.wording,
        content=CommentContent(
            kind=comment.kind,
            type=comment.type,
            proposed=comment.proposed,
            rationale="",
            language=comment.language,
        ),
        read_in=comment.read_in,
    )
    names_in_note = {"number": comment.reference, "name": comment.seat.name_for_reader}
    write_note(
        access=access, comment=draft, text=_("Based on %(number)s, %(name)s.") % names_in_note
    )
    return draft


# --- The round of a draft ------------------------------------------------------------------------


# In the statement below, the id of the round of a revision.
REVISION_ROUND_ID = ValuePlaceholder("revision_round", BigIntegerField())

# All rounds of its consultation, of which `choose_round` chooses.
ROUNDS_BESIDE_ROUND = KeptStatement(
    lambda: Round.objects.filter(consultation__rounds=REVISION_ROUND_ID)
)


def round_to_draft_in(access: Access, wording: Wording) -> Round:
    """The round that asks for inputs on this wording, open or not.

    Raises ValidationError where none does, or the text is adopted.
    """
    if wording.adopted_at:
        raise ValidationError(_("The text is adopted. It no longer accepts inputs."))
    round = round_for(wording, access.moment)
    if round is None:
        raise ValidationError(_("No inputs are asked for on this revision."))
    return round


def round_for(wording: Wording, moment: datetime) -> Round | None:
    """The round in which inputs on this wording are made now; None where no round asks for any.

    That is the round of its revision, or the latest opened one that asks again on it, directly or
    by reopening another that did.
    """
    revision_round_id = wording.revision.round_id
    if revision_round_id is None:
        return None
    rounds = ROUNDS_BESIDE_ROUND.run(revision_round=revision_round_id)
    return choose_round(rounds, revision_round_id, moment)


def choose_round(
    rounds: Iterable[Round], revision_round_id: int | None, moment: datetime
) -> Round | None:
    """The round in which inputs on a revision are made at a moment, chosen from these rounds.

    `revision_round_id` is the round of the revision, if it has one. See `round_for`.
    """
    if revision_round_id is None:
        return None
    rounds_on_revision = rounds_on_same_texts(revision_round_id, rounds)
    opened_rounds = (round for round in reversed(rounds_on_revision) if round.opens_at <= moment)
    # Where none has opened yet, it is the one that opens first.
    first_to_open = rounds_on_revision[0] if rounds_on_revision else None
    return next(opened_rounds, first_to_open)


# --- Notes ---------------------------------------------------------------------------------------


# An @ that begins a word, not the one inside an address.
AT_SIGN = re.compile(r"(?<![\w.])@(?=\w)")


@transaction.atomic
def write_note(
    *,
    access: Access,
    comment: Comment,
    text: str,
    named_public_ids: Sequence[str] = (),
    form_key: uuid.UUID | None = None,
) -> Note:
    """Write an internal note, which never leaves the delegation (or the group room).

    Colleagues of the own delegation whom it names are told: those with `named_public_ids`,
    and those that the text calls "@name". The same `form_key` twice returns the first note.
    Raises `KeyReused`.
    """
    claim = claim_key(access, form_key, Act.WRITE_NOTE, comment, text, tuple(named_public_ids))
    if not claim.is_first:
        return Note.objects.get(public_id=claim.row_public_id)
    stored_comment = lock_comment(comment)
    access.require(Act.WRITE_NOTE, on=stored_comment)
    if not text.strip():
        raise ValidationError({"text": _("Write your note.")})
    colleagues = colleagues_of(access)
    named_users = [
        *post_holders_with_public_ids(named_public_ids, colleagues),
        *users_named_by_at_sign(text, colleagues),
    ]
    note = _write_note(
        access, stored_comment, text, field="text", public_id=claim.row_public_id, is_return=False
    )
    _write_mentions(access, note, named_users)
    return note


def post_holders_with_public_ids(public_ids: Collection[str], posts: Sequence[Post]) -> list[User]:
    """The holders of these posts by public id; ValidationError for anybody else."""
    user_by_public_id = {str(post.user.public_id): post.user for post in posts}
    if set(public_ids) - user_by_public_id.keys():
        raise ValidationError({"named": _("Choose colleagues of your delegation.")})
    return [user_by_public_id[public_id] for public_id in public_ids]


def users_named_by_at_sign(text: str, posts: Sequence[Post]) -> list[User]:
    """The people among the holders of these posts whom a text names with an @, in its order.

    "@Ana Silva" and "@ana" both name Ana Silva, whatever the case; the longest name that fits
    counts. What names nobody is left alone. Raises ValidationError where a name fits several.
    """
    people_by_name = _people_by_name(posts)
    user_by_id: dict[int, User] = {}
    for at_sign in AT_SIGN.finditer(text):
        words_after_sign = text[at_sign.end() :]
        name = next((name for name in people_by_name if _begins_with(words_after_sign, name)), None)
        if name is None:
            continue
        people = people_by_name[name]
        if len(people) > 1:
            sentence_values = {
                "name": words_after_sign[: len(name)],
                "people": _(", ").join(person.name for person in people),
            }
            raise ValidationError(
                {
                    "text": _("@%(name)s could be several people: %(people)s. Choose below.")
                    % sentence_values
                }
            )
        user_by_id[people[0].pk] = people[0]
    return list(user_by_id.values())


def _people_by_name(posts: Sequence[Post]) -> dict[str, list[User]]:
    """People by what they may be called, longest first: whole names, and each word of them."""
    people_by_name: dict[str, list[User]] = {}
    for user in {post.user_id: post.user for post in posts}.values():
        whole_name = user.name.casefold()
        for name in {whole_name, *whole_name.split()}:
            people_by_name.setdefault(name, []).append(user)
    return {
        name: people_by_name[name]
        for name in sorted(people_by_name, key=lambda name: (-len(name), name))
    }


def _begins_with(words_after_sign: str, name: str) -> bool:
    """Whether the words after an @ begin with a name, and not with a longer word.

    `name` is in lower case, as `_people_by_name` has it. An empty name would fit any words.
    """
    return bool(name) and bool(re.match(rf"{re.escape(name)}(?!\w)", words_after_sign.casefold()))


def _write_note(
    access: Access,
    comment: Comment,
    text: str,
    *,
    field: str,
    public_id: uuid.UUID,
    is_return: bool,
) -> Note:
    """Write a note for those who wrote the comment: the delegation, or the group's room.

    On an input of a group that another delegation filed, the note is for the delegation of whoever
    writes the note.
    `field` is the field of the form that holds the text, for errors.
    """
    note = Note(
        public_id=public_id,
        comment=comment,
        written_in=comment.filed_by if access.owns(comment) else access.seat,
        author=access.user,
        text=require_valid_text(text, field, max_length=MAX_NOTE_LENGTH),
        is_return=is_return,
        written_at=access.moment,
    )
    return write(note, by=access)


def _write_mentions(access: Access, note: Note, named_users: Iterable[User]) -> None:
    """Record the people whom a note names, except its author, and tell them."""
    named_user_ids = {user.pk for user in named_users} - {access.user.pk}
    mentions = [Mention(note=note, user_id=user_id) for user_id in sorted(named_user_ids)]
    notify_mentioned(access, Mention.objects.bulk_create(mentions))


@transaction.atomic
def mark_mentions_seen(*, access: Access, comment: Comment) -> None:
    """Mark the reader's mentions in the notes on a comment as seen."""
    unseen = Mention.objects.visible_to(access).filter(note__comment=comment, seen_at=None)
    unseen.update(seen_at=access.moment)


# --- Words being typed ---------------------------------------------------------------------------


# Of each field while it is typed, in characters: somewhat more than may be saved in the end.
MAX_AUTOSAVE_LENGTH = MAX_FIELD_LENGTH + 5_000


@transaction.atomic
def save_autosave(
    *,
    access: Access,
    wording: Wording,
    text_by_field: dict[str, str],
    comment: Comment | None = None,
) -> None:
    """Save what is being typed, only for the person who types it; what is saved last stays.

    `text_by_field` is not checked: what is half typed need not be valid.
    `comment` is the draft that is being changed, or the input that gets a new version.
    """
    access.require(Act.READ_TEXT, on=wording)
    is_input = comment is not None and comment.submitted_at is not None
    access.require(Act.DRAFT_VERSION if is_input else Act.DRAFT_COMMENT, on=comment)
    # The database cannot store U+0000, which a page would not show either.
    shortened_text_by_field = {
        name: text.replace("\0", "")[:MAX_AUTOSAVE_LENGTH] for name, text in text_by_field.items()
    }
    owner_fields: dict[str, Any] = {
        "user": access.user,
        "capacity": access.capacity.key,
        "wording": wording,
        "comment": comment,
    }
    saved_fields: dict[str, Any] = {"words": shortened_text_by_field, "saved_at": access.moment}
    # This runs every few seconds for everybody who types: after the first time one statement.
    if not Autosave.objects.filter(**owner_fields).update(**saved_fields):
        saved_fields["consultation"] = access.consultation
        Autosave.objects.update_or_create(**owner_fields, defaults=saved_fields)


def delete_autosave(*, access: Access, wording: Wording, comment: Comment | None = None) -> None:
    """Delete what the reader typed on a wording: it is saved in a comment, or no longer wanted."""
    Autosave.objects.visible_to(access).filter(wording=wording, comment=comment).delete()


# --- What the writes share -----------------------------------------------------------------------


def lock_comment(comment: Comment) -> Comment:
    """The stored comment, locked, as `locked_comments` reads it."""
    return locked_comments().get(pk=comment.pk)


def locked_comments() -> CommentQuerySet:
    """Comments with all that a write needs of them; each row is locked as it is read."""
    comments = Comment.objects.select_related(
        "round", "seat", "filed_by", "wording", "wording__revision", "paragraph__draft"
    )
    return comments.select_for_update(of=("self",))


def save_next_version(access: Access, comment: Comment) -> Comment:
    """Save a changed comment under its next version number."""
    comment.version += 1
    return write(comment, by=access)
