"""Forms about one input: the writing card, a reply, an alignment, a review and its answer.

Also the reason why an input is withdrawn, or a draft sent back. The writing card is the form in
which a comment is written beside a paragraph.
"""

import uuid
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

from django import forms
from django.utils.translation import gettext as _, gettext_lazy, ngettext, pgettext_lazy

from comments.inputs.content import CommentContent, WordLimit, word_limits
from comments.inputs.fields import MAX_CITATION_LENGTH, VerbatimCharField, id_of_cited_paragraph
from comments.models import MAX_NOTE_LENGTH, PROPOSING_KINDS, Comment, CommentKind, CommentType
from comments.threads.internal import AutosavedWords
from consultations.models import Consent, Round, Seat
from consultations.rules.access import Access
from delegations.models import LANGUAGES
from drafts.models import Paragraph, ParagraphKind, Wording
from drafts.text.labels import CITED_COLUMNS, CitedRow

# The kinds with the labels and in the order of the writing card.
KIND_CHOICES = [
    (CommentKind.REPLACE, pgettext_lazy("kind of comment", "New wording")),
    (CommentKind.COMMENT, pgettext_lazy("kind of comment", "Comment")),
    (CommentKind.QUESTION, pgettext_lazy("kind of comment", "Question")),
    (CommentKind.RETAIN, pgettext_lazy("kind of comment", "Retain as is")),
    (CommentKind.DELETE, pgettext_lazy("kind of comment", "Delete")),
    (CommentKind.ADD_AFTER, pgettext_lazy("kind of comment", "Add after")),
    (CommentKind.MOVE, pgettext_lazy("kind of comment", "Move")),
    (CommentKind.RESERVE, pgettext_lazy("kind of comment", "Reserve position")),
]

# What a delegation allows with an input: who reads it, and whether with the delegation's name.
CONSENT_CHOICES = [
    (Consent.ROUND, gettext_lazy("As the round says")),
    (Consent.PUBLIC, gettext_lazy("May be published")),
    (Consent.UNATTRIBUTED, gettext_lazy("Without attribution")),
    (Consent.FACILITATORS, gettext_lazy("Facilitators only")),
]

# The prefix of a choice of `seat` that means: draft in the room of this group.
ROOM_PREFIX = "room:"

# The fields that are saved while one types. The version tells which stored words one began with.
AUTOSAVED_FIELDS = (
    "kind",
    "type",
    "proposed",
    "rationale",
    "language",
    "move_after",
    "seat",
    "consent",
    "version",
)

# The fields that are folded away, since most comments leave them as they are.
FOLDED_FIELDS = ("type", "language", "seat")


class CommentForm(forms.Form):
    """The writing card: made on one wording, for one access. Needs `wording.revision.draft`."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"), choices=KIND_CHOICES, widget=forms.RadioSelect
    )
    proposed = VerbatimCharField(
        label=gettext_lazy("Proposed wording"), widget=forms.Textarea({"rows": 5})
    )
    rationale = VerbatimCharField(label=gettext_lazy("Reason"), widget=forms.Textarea({"rows": 2}))
    type = forms.ChoiceField(
        label=gettext_lazy("Type"), choices=CommentType, initial=CommentType.SUBSTANTIVE
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language of your words"), choices=LANGUAGES, initial="en"
    )
    move_after = forms.CharField(
        label=gettext_lazy("Place after paragraph"),
        required=False,
        max_length=MAX_CITATION_LENGTH,
        help_text=gettext_lazy("For a move: the number of a paragraph of this text."),
    )
    seat = forms.ChoiceField(label=gettext_lazy("In the name of"), required=False)
    consent = forms.ChoiceField(
        label=gettext_lazy("What your delegation allows"),
        choices=CONSENT_CHOICES,
        required=False,
        help_text=gettext_lazy("The page where you submit says who will see it."),
    )
    # Fresh for each form that is shown, kept with what it writes: a form sent twice writes once.
    form_key = forms.UUIDField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        access: Access,
        wording: Wording,
        comment: Comment | None = None,
        earlier_comment: Comment | None = None,
        autosaved_words: AutosavedWords | None = None,
        room_seat_public_id: str = "",
    ) -> None:
        """`comment` is the one to change, None for a new one; `autosaved_words` are offered again.

        `earlier_comment` is the one on an earlier revision that a new one carries over.
        `room_seat_public_id` is that of the seat of the group in whose room one drafts.
        """
        self.access, self.wording = access, wording
        # The id of the paragraph with whose name `move_after` is filled in.
        self.filled_in_paragraph_id = comment.move_after_id if comment else None
        seats = [access.seat, *access.coordinated_seats] if access.seat else []
        self.seat_as_begun = access.seat
        if comment_as_begun := comment or earlier_comment:
            # A choice also after the mandate of its group passed on: the act refuses it then, and
            # what was written for the group does not become the delegation's own unasked.
            self.seat_as_begun = comment_as_begun.seat
            if comment_as_begun.seat not in seats:
                seats.append(comment_as_begun.seat)
        self.seat_by_public_id: dict[str, Seat] = {str(seat.public_id): seat for seat in seats}
        # An input drafted in a room is begun there, and stays there.
        group_room_seats = access.group_room_seats if comment is None else ()
        self.room_seat_by_choice: dict[str, Seat] = {
            f"{ROOM_PREFIX}{seat.public_id}": seat for seat in group_room_seats
        }
        # A new version keeps the choice of the input that it replaces. `comment` is that input
        # where the version is begun, and has `amends` where it is a draft already.
        self.keeps_consent = bool(comment and (comment.submitted_at or comment.amends))
        initial: dict[str, Any] = self.values_of(comment) if comment else _initial_values(wording)
        initial["version"] = comment.version if comment else None
        if f"{ROOM_PREFIX}{room_seat_public_id}" in self.room_seat_by_choice:
            initial["seat"] = f"{ROOM_PREFIX}{room_seat_public_id}"
        self.restored_words = (
            _changed_autosaved_words(initial, autosaved_words) if autosaved_words else None
        )
        initial |= self.restored_words.text_by_field if self.restored_words else {}
        super().__init__(data, initial=initial | {"form_key": uuid.uuid4()})
        # The element in which the page shows, as one types, what the words change (`redline.js`).
        self.preview_id = f"changes-{wording.public_id}"
        # So that several cards can be on one page.
        self.auto_id = f"id_{comment.public_id.hex[:8] if comment else 'new'}_%s"
        # With one choice there is nothing to ask, and a draft in a room stays there.
        choice_count = len(self.seat_by_public_id) + len(self.room_seat_by_choice)
        if choice_count < 2 or (comment is not None and comment.in_room):
            del self.fields["seat"]
        else:
            self.fields["seat"].choices = [  # type: ignore[attr-defined]
                *(
                    (seat_public_id, seat.name_for_reader)
                    for seat_public_id, seat in self.seat_by_public_id.items()
                ),
                *(
                    (choice, _("draft in the room of %(group)s") % {"group": seat.name_for_reader})
                    for choice, seat in self.room_seat_by_choice.items()
                ),
            ]
        self.fields["proposed"].widget.attrs |= {
            "data-redline-source": f"words-{wording.public_id}",
            "data-redline-target": self.preview_id,
            "dir": "auto",
        }
        self.fields["rationale"].widget.attrs["dir"] = "auto"

    def apply_round(self, round: Round | None) -> None:
        """Offer the consents that the round allows, and say its word limits.

        A round without consents, or none, leaves the field out.
        """
        allowed = (Consent.ROUND, *round.consents) if round and round.consents else ()
        if not allowed or self.keeps_consent:
            self.fields.pop("consent", None)
        else:
            choices = [(consent, label) for consent, label in CONSENT_CHOICES if consent in allowed]
            self.fields["consent"].choices = choices  # type: ignore[attr-defined]
        for name, limit in word_limits(round, self.wording.text).items():
            field: Any = self.fields[name]
            field.word_limit = limit
            field.help_text = _limit_sentence(limit)

    @property
    def has_folded_error(self) -> bool:
        """Whether a field that is folded away has an error."""
        return any(name in self.errors for name in FOLDED_FIELDS)

    def fill_in_move_after(self, paragraph_id: int | None) -> None:
        """Begin with a place after this paragraph; with none if the revision does not have it."""
        name = self._name_of(paragraph_id)
        self.filled_in_paragraph_id = paragraph_id if name else None
        self.initial["move_after"] = name

    def clean_move_after(self) -> Paragraph | None:
        """The paragraph that was typed; None for another kind, or where nothing was typed.

        Where the field comes back as it was filled in, it is the same paragraph as before, though
        others may have this name too.
        """
        typed_label = self.cleaned_data["move_after"].strip()
        if self.cleaned_data.get("kind") != CommentKind.MOVE:
            return None
        paragraph_id = self.filled_in_paragraph_id
        if paragraph_id is None or " ".join(typed_label.split()) != self._name_of(paragraph_id):
            if not typed_label:
                return None
            paragraph_id = id_of_cited_paragraph(typed_label, self._label_rows)
        return Paragraph.objects.get(pk=paragraph_id)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        adds_paragraph = cleaned.get("kind") == CommentKind.ADD_AFTER
        if adds_paragraph and cleaned.get("proposed") == self.wording.text:
            self.add_error(
                "proposed", _("These are the current words. Write the new paragraph instead.")
            )
        return cleaned

    def content(self) -> CommentContent:
        """The comment as the acts take it."""
        names = ("kind", "type", "proposed", "rationale", "language", "move_after")
        values = {name: self.cleaned_data[name] for name in names}
        return CommentContent(**values, consent=self.cleaned_data.get("consent") or None)

    def values_of(self, comment: Any) -> dict[str, Any]:
        """The values that a comment, or a state in its history, gives the fields of this form."""
        choice_by_seat_id = {seat.pk: choice for choice, seat in self.seat_by_public_id.items()}
        return {
            "kind": comment.kind,
            "type": comment.type,
            # Of another kind the words of the text, to begin with if the kind is changed.
            "proposed": comment.proposed if comment.kind in PROPOSING_KINDS else self.wording.text,
            "rationale": comment.rationale,
            "language": comment.language,
            "move_after": self._name_of(comment.move_after_id),
            "seat": choice_by_seat_id.get(comment.seat_id, ""),
            "consent": comment.consent,
        }

    def _name_of(self, paragraph_id: int | None) -> str:
        """What a paragraph is called in the revision of this form, "OP3(a)"; "" for none."""
        if paragraph_id is None:
            return ""
        names = (name or label for pk, _, label, name in self._label_rows if pk == paragraph_id)
        return " ".join(next(names, "").split())  # a field of one line sends no line ends back

    @cached_property
    def _label_rows(self) -> list[CitedRow]:
        """The paragraphs of the revision of this form, as they are cited."""
        wordings = Wording.objects.visible_to(self.access).filter(revision=self.wording.revision)
        return list(wordings.order_by("place").values_list(*CITED_COLUMNS))

    def words_to_copy(self) -> list[tuple[str, str]]:
        """The words as posted, with the labels of their fields, to copy if they are not saved."""
        return words_to_copy(self.data)

    def chosen_seat(self) -> Seat | None:
        """The group for which it is filed, or in whose room it is drafted; or the own seat.

        Without a choice, the one for which the comment was begun.
        """
        choice = self.cleaned_data.get("seat", "")
        return self.room_seat_by_choice.get(choice) or self.seat_by_public_id.get(
            choice, self.seat_as_begun
        )

    def is_for_room(self) -> bool:
        """Whether a group's room was chosen."""
        return self.cleaned_data.get("seat", "") in self.room_seat_by_choice

    def shown_room_seat(self) -> Seat | None:
        """The room that the form shows as chosen, before it is sent or after."""
        if "seat" not in self.fields:
            return None
        return self.room_seat_by_choice.get(str(self["seat"].value() or ""))


def words_to_copy(text_by_field: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The words typed into a writing card, with the labels of their fields; empty ones left out."""
    fields = CommentForm.base_fields
    named_words = [
        (str(fields[name].label), str(text_by_field.get(name, "")))
        for name in ("proposed", "rationale")
    ]
    return [(label, words) for label, words in named_words if words.strip()]


def _limit_sentence(limit: WordLimit) -> str:
    """How many words a field may have; more are allowed to replace a longer paragraph."""
    sentence = ngettext("At most %(n)d word.", "At most %(n)d words.", limit.max_words) % {
        "n": limit.max_words
    }
    if limit.max_words_when_replacing == limit.max_words:
        return sentence
    sentence_when_replacing = ngettext(
        "A new wording of this paragraph: %(n)d word.",
        "A new wording of this paragraph: %(n)d words.",
        limit.max_words_when_replacing,
    )
    return f"{sentence} {sentence_when_replacing % {'n': limit.max_words_when_replacing}}"


def _initial_values(wording: Wording) -> dict[str, Any]:
    """What a new comment begins with; one on the title or a heading is general (domain, 2)."""
    is_general = wording.kind in {ParagraphKind.TITLE, ParagraphKind.HEADING}
    return {
        "kind": CommentKind.COMMENT if is_general else CommentKind.REPLACE,
        "proposed": wording.text,
        "language": wording.revision.draft.language,
    }


def _changed_autosaved_words(
    initial: Mapping[str, Any], autosaved_words: AutosavedWords
) -> AutosavedWords | None:
    """The autosaved words; None where they are those that the form begins with.

    `initial` are the values that it begins with. A field without one counts as unchanged.
    """
    words = {
        name: value
        for name, value in autosaved_words.text_by_field.items()
        if name in AUTOSAVED_FIELDS
    }
    # A new comment has no initial values for these fields: they begin so.
    defaults: dict[str, Any] = {
        "type": CommentType.SUBSTANTIVE,
        "rationale": "",
        "move_after": "",
        "consent": Consent.ROUND,
    }
    initial_values = defaults | dict(initial)
    changed_names = (
        name
        for name, value in words.items()
        if name != "version" and value.replace("\r\n", "\n") != str(initial_values.get(name, value))
    )
    return replace(autosaved_words, text_by_field=words) if any(changed_names) else None


class WithdrawalForm(forms.Form):
    """Why an input is withdrawn; the reason stays on record."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=1000,
        widget=forms.Textarea({"rows": 2, "dir": "auto"}),
        error_messages={
            "required": gettext_lazy("Give a reason for the withdrawal. It stays on record.")
        },
    )


class ReturnForm(forms.Form):
    """Why a draft goes back to its drafters; stays inside the delegation."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=MAX_NOTE_LENGTH,
        widget=forms.Textarea({"rows": 3, "dir": "auto"}),
        error_messages={"required": gettext_lazy("Give a reason. The drafters can read it.")},
    )
