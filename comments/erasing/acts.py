"""Erase a person everywhere: name and address are removed, what the delegation said stays."""

import re
from collections.abc import Iterable, Set
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from comments.models import Autosave, Export, Mention, Note, SavedFilter, Seen, Watch
from consultations.people.erasing import erase_in_consultations
from consultations.rules.access import Access, Act
from delegations.erasing import PersonalTraces
from delegations.helping import Operator
from delegations.history import RecordedActor
from delegations.models import Post, User
from drafts.models import Editing, FileOffer, TypedWords


@transaction.atomic
def erase_person(*, access: Access, user: User) -> User:
    """Erase a person whose functions and posts, past ones too, are in the secretariat's reach.

    Raises `Refused` for any other, ValidationError for the own account and a second time.
    """
    access.require(Act.EDIT_DELEGATIONS)  # whoever edits delegations may erase their people
    if user.pk == access.user.pk:
        raise ValidationError(_("This is your own account. A colleague can erase it."))
    access.require_may_erase(user)
    return _erase(actor=access, user=user, moment=access.moment)


@transaction.atomic
def erase_person_by_command(*, actor: Operator, user: User) -> User:
    """Erase anybody. Raises ValidationError a second time."""
    return _erase(actor=actor, user=user, moment=timezone.now())


def _erase(*, actor: RecordedActor, user: User, moment: datetime) -> User:
    """Rename the person wherever the record names them, and delete what was only theirs."""
    traces = erase_in_consultations(actor=actor, user=user, moment=moment)
    _rename_in_notes(user, traces)
    for model in (Autosave, Watch, Seen, TypedWords, Editing):
        model.objects.filter(user=user).delete()
    SavedFilter.objects.filter(owner=user, is_shared=False).delete()
    _expire_exports(user, moment)
    # Imported files name the authors of what they propose in words, not as accounts.
    for name in traces.names:
        FileOffer.objects.filter(author__iexact=name).update(author=traces.new_name)
    return User.objects.get(pk=user.pk)


def _expire_exports(user: User, moment: datetime) -> None:
    """Let the person's files expire, which nobody else may open, and cancel unfinished ones.

    The next clean-up deletes the files.
    """
    exports = Export.objects.filter(owner=user)
    exports.filter(finished_at=None).update(finished_at=moment, cancelled_at=moment)
    exports.filter(Q(expires_at=None) | Q(expires_at__gt=moment)).update(expires_at=moment)


def _rename_in_notes(user: User, traces: PersonalTraces) -> None:
    """Replace the name in notes that name this person with an @, in earlier states too.

    These are the notes that mention the person, and the reasons for sending drafts back in the
    person's delegations. Reasons mention nobody: a word of the name that colleagues share stays
    there. Other words of a delegation are not touched.
    """
    delegation_ids = list(Post.objects.filter(user=user).values_list("delegation", flat=True))
    colleagues = User.objects.filter(posts__delegation__in=delegation_ids).exclude(pk=user.pk)
    colleague_names = set(colleagues.values_list("name", flat=True))
    pattern = _name_pattern(traces.names | colleague_names)
    kept_in_reasons = _spellings(colleague_names) - {name.casefold() for name in traces.names}
    kept_in_notes = kept_in_reasons - _spellings(traces.names)
    mentioning_notes = Q(pk__in=Mention.objects.filter(user=user).values("note"))
    reasons = Q(is_return=True, written_in__delegation__in=delegation_ids)

    def renamed(text: str, kept: Set[str]) -> str:
        """The text; an @ with one of the `kept` spellings stays as it is."""
        return pattern.sub(
            lambda at: at[0] if at[1].casefold() in kept else f"@{traces.new_name}", text
        )

    locked_notes = Note.objects.select_for_update(of=("self",))
    for note in locked_notes.filter(mentioning_notes | reasons):
        kept = kept_in_reasons if note.is_return else kept_in_notes
        Note.objects.filter(pk=note.pk).update(text=renamed(note.text, kept))
        for history_row in note.history.all():
            text = renamed(history_row.text, kept)
            note.history.filter(pk=history_row.pk).update(text=text)


def _spellings(names: Iterable[str]) -> set[str]:
    """What people may be called after an @, in lower case: whole names, and each word of them."""
    lower_case_names = [name.casefold() for name in names]
    return {word for name in lower_case_names for word in (name, *name.split())}


def _name_pattern(names: Iterable[str]) -> re.Pattern[str]:
    """What matches an @ with one of these names, or with one word of it; no @ inside an address.

    The longest name that fits counts, as it did when the note was written.
    """
    spellings = {word for name in names for word in (name, *name.split())}
    longest_first = sorted(spellings, key=lambda word: (-len(word), word))
    choices = "|".join(map(re.escape, longest_first))
    return re.compile(rf"(?<![\w.])@({choices})(?!\w)", re.IGNORECASE)
