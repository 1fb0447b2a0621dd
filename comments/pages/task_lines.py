"""What is a reader's to do, in words: one sentence a task, each a link. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comments.desks.queue import MANY
from comments.desks.workspace import ANSWERED, WorkState
from comments.news.citations import named_paragraph
from comments.news.own_tasks import Task, TaskKind
from comments.pages.room_pages import waiting_words
from comments.pages.writing_pages import address_of_room
from comments.threads.audience import moment_words
from consultations.rules.access import Access, Act
from consultations.wall_clock import time_left


@dataclass(frozen=True, slots=True)
class TaskLine:
    """A task as the page shows it: where it is done, and for a next step the word of its button."""

    words: str
    url: str
    button: str = ""
    is_due: bool = False


def task_line(access: Access, task: Task) -> TaskLine:
    """The sentence of one task."""
    return SENTENCES[task.kind](access, task)


# --- A consultation that begins ------------------------------------------------------------------


def _begin_text(access: Access, task: Task) -> TaskLine:
    words = _("There is no text yet. Bring in a file, or write it here.")
    return TaskLine(words, _at(access, "new_draft"), button=_("Bring in the first text"))


def _circulate_text(access: Access, task: Task) -> TaskLine:
    words = _("“%(text)s” is not circulated yet: delegations do not see it.") % {"text": task.name}
    return TaskLine(words, _at(access, "desk", task.slug), button=_("Open the working text"))


def _set_round(access: Access, task: Task) -> TaskLine:
    words = _("No round is set: delegations cannot comment yet.")
    return TaskLine(words, _at(access, "rounds"), button=_("Set the first round"))


def _set_up(access: Access, task: Task) -> TaskLine:
    words = ngettext(
        "%(n)s delegation sits here. See what is left to set up.",
        "%(n)s delegations sit here. See what is left to set up.",
        task.count,
    )
    sentence = words % {"n": task.count} if task.count else _("No delegation sits here yet.")
    return TaskLine(sentence, _at(access, "setting_up"), button=_("Set up the consultation"))


def _read_text(access: Access, task: Task) -> TaskLine:
    words = _("Your delegation has written nothing yet. Read “%(text)s”.") % {"text": task.name}
    return TaskLine(words, _at(access, "latest", task.slug), button=_("Open the text"))


# --- Delegations ---------------------------------------------------------------------------------


def _in_room(access: Access, task: Task) -> TaskLine:
    assert task.waiting is not None
    url = address_of_room(access, task.waiting.seat_id, task.waiting.id)
    is_due = task.kind is not TaskKind.CONSENTED
    return TaskLine(waiting_words(access, task.waiting), url, is_due=is_due)


def _more_silences(access: Access, task: Task) -> TaskLine:
    words = ngettext("%(n)d more silence runs", "%(n)d more silences run", task.count)
    return TaskLine(words % {"n": task.count}, _at(access, "groups"), is_due=True)


def _ready(access: Access, task: Task) -> TaskLine:
    words = ngettext("%(n)d input ready to submit", "%(n)d inputs ready to submit", task.count)
    said = words % {"n": task.count}
    if task.until is not None:
        said = f"{said} · {time_left(task.until, access.moment)}"
    return TaskLine(said, _at(access, "submit_all"))


def _said(access: Access, task: Task) -> TaskLine:
    words = ngettext(
        "%(n)d statement at a meeting: make it your input, or decline",
        "%(n)d statements at meetings: make them your inputs, or decline",
        task.count,
    )
    return TaskLine(words % {"n": task.count}, _at(access, "said"))


def _returned(access: Access, task: Task) -> TaskLine:
    words = ngettext(
        "%(n)d draft was sent back to you", "%(n)d drafts were sent back to you", task.count
    )
    return TaskLine(words % {"n": task.count}, _own(access, WorkState.RETURNED))


def _given(access: Access, task: Task) -> TaskLine:
    words = ngettext("%(n)d draft was given to you", "%(n)d drafts were given to you", task.count)
    return TaskLine(words % {"n": task.count}, _own(access, WorkState.DRAFTED))


def _named(access: Access, task: Task) -> TaskLine:
    words = ngettext("%(n)d note names you", "%(n)d notes name you", task.count)
    return TaskLine(words % {"n": task.count}, _at(access, "notes", task.comment))


def _asked(access: Access, task: Task) -> TaskLine:
    assert task.until is not None
    if task.count == 1:
        place = named_paragraph(task.places[0])
        said = _("%(place)s: can you live with the bridging words?") % {"place": place}
        url = _at(access, "bridging_proposal", task.row)
    else:
        words = ngettext(
            "%(n)d question on bridging words", "%(n)d questions on bridging words", task.count
        )
        said, url = words % {"n": task.count}, _at(access, "bridging_list")
    is_over = task.until < access.moment
    left = _("the deadline has passed") if is_over else time_left(task.until, access.moment)
    return TaskLine(f"{said} · {left}", url, is_due=True)


def _under_silence(access: Access, task: Task) -> TaskLine:
    assert task.until is not None
    moment = moment_words(access, task.until)
    words = {"what": task.name, "moment": moment, "n": task.count}
    if task.count == 1:
        said = _("%(what)s: silence until %(moment)s") % words
        return TaskLine(said, _at(access, "silence", task.row), is_due=True)
    said = ngettext(
        "%(n)d silence, until %(moment)s", "%(n)d silences, the first until %(moment)s", task.count
    )
    return TaskLine(said % words, _at(access, "silences"), is_due=True)


def _silence_ended(access: Access, task: Task) -> TaskLine:
    if task.count == 1:
        said = _("%(what)s: the silence has ended, declare its outcome") % {"what": task.name}
        return TaskLine(said, _at(access, "silence", task.row))
    words = ngettext(
        "%(n)d silence has ended, declare its outcome",
        "%(n)d silences have ended, declare their outcome",
        task.count,
    )
    return TaskLine(words % {"n": task.count}, _at(access, "silences"))


def _uncleared(access: Access, task: Task) -> TaskLine:
    words = ngettext(
        "%(n)d draft of yours is not cleared yet",
        "%(n)d drafts of yours are not cleared yet",
        task.count,
    )
    return TaskLine(words % {"n": task.count}, _own(access, WorkState.DRAFTED))


def _unfinished(access: Access, task: Task) -> TaskLine:
    words = ngettext(
        "%(n)d unfinished text: %(places)s", "%(n)d unfinished texts: %(places)s", task.count
    )
    places = _(", ").join(dict.fromkeys(place.label for place in task.typed))
    url = task.typed[0].url if task.count == 1 else f"{_at(access, 'workspace')}#unfinished"
    return TaskLine(words % {"n": task.count, "places": places}, url)


def _to_clear(access: Access, task: Task) -> TaskLine:
    words = ngettext("%(n)d draft to clear", "%(n)d drafts to clear", task.count)
    return TaskLine(words % {"n": task.count}, _waiting_for_clearance(access))


def _waiting(access: Access, task: Task) -> TaskLine:
    words = ngettext(
        "%(n)d draft waits for clearance", "%(n)d drafts wait for clearance", task.count
    )
    return TaskLine(words % {"n": task.count}, _waiting_for_clearance(access))


def _answered(access: Access, task: Task) -> TaskLine:
    words = ngettext("%(n)d answer to your inputs", "%(n)d answers to your inputs", task.count)
    return TaskLine(words % {"n": task.count}, f"{_at(access, 'workspace')}?state={ANSWERED}")


# --- Facilitators and the secretariat ------------------------------------------------------------


def _unanswered(access: Access, task: Task) -> TaskLine:
    words = ngettext("%(n)s input without an answer", "%(n)s inputs without an answer", task.count)
    said = words % {"n": _up_to_many(task.count)}
    where = _cited(task.places)
    if task.across:
        words = ngettext("on %(n)d paragraph", "on %(n)d paragraphs", task.across)
        where = words % {"n": task.across}
    if where:
        said = _("%(what)s (%(places)s)") % {"what": said, "places": where}
    return TaskLine(said, _at(access, "review_queue"))


def _unpublished(access: Access, task: Task) -> TaskLine:
    words = ngettext("%(n)s answer to publish", "%(n)s answers to publish", task.count)
    page = "publish_reviews" if access.may(Act.PUBLISH_REVIEWS) else "review_queue"
    return TaskLine(words % {"n": _up_to_many(task.count)}, _at(access, page))


def _up_to_many(count: int) -> str:
    """A count that ends at `MANY`."""
    return f"{MANY}+" if count >= MANY else str(count)


def _digest(access: Access, task: Task) -> TaskLine:
    assert task.until is not None
    moment = moment_words(access, task.until)
    words = _("The digest before “%(meeting)s” goes out %(moment)s")
    url = _at(access, "digest", task.row)
    return TaskLine(words % {"meeting": task.name, "moment": moment}, url)


def _most_new(access: Access, task: Task) -> TaskLine:
    words = ngettext("%(place)s has %(n)d new input", "%(place)s has %(n)d new inputs", task.count)
    if task.at_least:
        words = ngettext(
            "%(place)s has at least %(n)d new input",
            "%(place)s has at least %(n)d new inputs",
            task.count,
        )
    said = words % {"place": named_paragraph(task.places[0]), "n": task.count}
    return TaskLine(said, _at(access, "review_paragraph", task.row))


def _without_people(access: Access, task: Task) -> TaskLine:
    words = ngettext(
        "%(n)d delegation has not accepted yet",
        "%(n)d delegations have not accepted yet",
        task.count,
    )
    return TaskLine(words % {"n": task.count}, _at(access, "unanswered"))


def _refused_mails(access: Access, task: Task) -> TaskLine:
    words = ngettext("%(n)d e-mail was refused", "%(n)d e-mails were refused", task.count)
    return TaskLine(words % {"n": task.count}, f"{_at(access, 'mails')}?state=refused")


def _bounced_mails(access: Access, task: Task) -> TaskLine:
    words = ngettext("%(n)d e-mail came back", "%(n)d e-mails came back", task.count)
    return TaskLine(words % {"n": task.count}, f"{_at(access, 'mails')}?state=bounced")


SENTENCES: dict[TaskKind, Callable[[Access, Task], TaskLine]] = {
    TaskKind.BEGIN_TEXT: _begin_text,
    TaskKind.CIRCULATE_TEXT: _circulate_text,
    TaskKind.SET_ROUND: _set_round,
    TaskKind.SET_UP: _set_up,
    TaskKind.READ_TEXT: _read_text,
    TaskKind.SILENCE: _in_room,
    TaskKind.MORE_SILENCES: _more_silences,
    TaskKind.CONSENTED: _in_room,
    TaskKind.OBJECTED: _in_room,
    TaskKind.SAID: _said,
    TaskKind.READY: _ready,
    TaskKind.RETURNED: _returned,
    TaskKind.GIVEN: _given,
    TaskKind.ASKED: _asked,
    TaskKind.UNDER_SILENCE: _under_silence,
    TaskKind.SILENCE_ENDED: _silence_ended,
    TaskKind.NAMED: _named,
    TaskKind.UNCLEARED: _uncleared,
    TaskKind.UNFINISHED: _unfinished,
    TaskKind.TO_CLEAR: _to_clear,
    TaskKind.WAITING: _waiting,
    TaskKind.ANSWERED: _answered,
    TaskKind.UNANSWERED: _unanswered,
    TaskKind.UNPUBLISHED: _unpublished,
    TaskKind.DIGEST: _digest,
    TaskKind.MOST_NEW: _most_new,
    TaskKind.WITHOUT_PEOPLE: _without_people,
    TaskKind.REFUSED_MAILS: _refused_mails,
    TaskKind.BOUNCED_MAILS: _bounced_mails,
}


def _at(access: Access, name: str, *rows: object) -> str:
    return reverse(name, args=[access.consultation.slug, *rows])


def _waiting_for_clearance(access: Access) -> str:
    return f"{_at(access, 'workspace')}?state={WorkState.WAITING.value}"


def _own(access: Access, state: WorkState) -> str:
    """The workspace, narrowed to what is in this state and the reader's to go on with."""
    own = {"state": state.value, "author": str(access.user.public_id)}
    return f"{_at(access, 'workspace')}?{urlencode(own)}"


def _cited(labels: Sequence[str]) -> str:
    """ "paragraphs 12, 14, 17"; a label that is no number says by itself what it is."""
    joined = _(", ").join(labels)
    if not labels or not all(label[:1].isdigit() for label in labels):
        return joined
    words = ngettext("paragraph %(labels)s", "paragraphs %(labels)s", len(labels))
    return words % {"labels": joined}
