"""A reader's tasks in words: each is a sentence with a link. No query is made here.

Each kind of task has a function that puts it into words. The docstring of the function says what
the task tells, and which fields of `Task` hold it where their names do not say so.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _, ngettext

from comments.front.own_tasks import Task, TaskKind
from comments.groups.views import waiting_sentence
from comments.inputs.addresses import address_of_room
from comments.inputs.audience import moment_words
from comments.review.queries import MAX_COUNTED_TO_DO
from comments.workspace.queries import UNACKNOWLEDGED, WorkState
from consultations.rules.access import Access, Act
from consultations.time.wall_clock import time_left
from drafts.text.citing import citation_of


@dataclass(frozen=True, slots=True)
class TaskLine:
    """A task as the page shows it."""

    words: str
    # Where it is done.
    url: str
    # The label of a button in place of a link; empty for a link.
    button: str = ""
    # Whether the page sets it off as urgent, mostly because of a deadline.
    is_due: bool = False


def task_line(access: Access, task: Task) -> TaskLine:
    """The sentence of one task."""
    return LINE_BY_KIND[task.kind](access, task)


# --- A consultation that begins ------------------------------------------------------------------


def _first_text_line(access: Access, task: Task) -> TaskLine:
    """Told to facilitators while the consultation has no text."""
    sentence = _("There is no text yet. Bring in a file, or write it here.")
    return TaskLine(sentence, _url(access, "new_draft"), button=_("Bring in the first text"))


def _uncirculated_text_line(access: Access, task: Task) -> TaskLine:
    """A text that is not circulated yet: its title (`task.name`) and its slug."""
    sentence = _("“%(text)s” is not circulated yet: delegations do not see it.") % {
        "text": task.name
    }
    return TaskLine(
        sentence, _url(access, "desk", task.draft_slug), button=_("Open the working text")
    )


def _first_round_line(access: Access, task: Task) -> TaskLine:
    """Told to facilitators while no round is set."""
    sentence = _("No round is set: delegations cannot comment yet.")
    return TaskLine(sentence, _url(access, "rounds"), button=_("Set the first round"))


def _setting_up_line(access: Access, task: Task) -> TaskLine:
    """Told to the secretariat at the beginning: how many delegations have a seat."""
    template = ngettext(
        "%(n)s delegation sits here. See what is left to set up.",
        "%(n)s delegations sit here. See what is left to set up.",
        task.count,
    )
    sentence = template % {"n": task.count} if task.count else _("No delegation sits here yet.")
    return TaskLine(sentence, _url(access, "setting_up"), button=_("Set up the consultation"))


def _text_to_read_line(access: Access, task: Task) -> TaskLine:
    """Told to a delegation that has written nothing: a text, its title (`task.name`) and slug."""
    sentence = _("Your delegation has written nothing yet. Read “%(text)s”.") % {"text": task.name}
    return TaskLine(sentence, _url(access, "latest", task.draft_slug), button=_("Open the text"))


# --- Delegations ---------------------------------------------------------------------------------


def _room_draft_line(access: Access, task: Task) -> TaskLine:
    """A draft in a group's room: under silence, agreed, or objected to."""
    assert task.room_draft is not None
    url = address_of_room(access, task.room_draft.group_seat_public_id, task.room_draft.public_id)
    is_due = task.kind is not TaskKind.CONSENTED  # nobody objected: it can wait
    return TaskLine(waiting_sentence(access, task.room_draft), url, is_due=is_due)


def _more_silences_line(access: Access, task: Task) -> TaskLine:
    """How many more silences in group rooms run than are listed."""
    template = ngettext("%(n)d more silence runs", "%(n)d more silences run", task.count)
    return TaskLine(template % {"n": task.count}, _url(access, "groups"), is_due=True)


def _ready_inputs_line(access: Access, task: Task) -> TaskLine:
    """How many drafts are ready to submit, and until when."""
    template = ngettext("%(n)d input ready to submit", "%(n)d inputs ready to submit", task.count)
    sentence = template % {"n": task.count}
    if task.until is not None:
        sentence = f"{sentence} · {time_left(task.until, access.moment)}"
    return TaskLine(sentence, _url(access, "submit_all"))


def _statements_line(access: Access, task: Task) -> TaskLine:
    """How many statements at meetings wait to be made inputs, or declined."""
    template = ngettext(
        "%(n)d statement at a meeting: make it your input, or decline",
        "%(n)d statements at meetings: make them your inputs, or decline",
        task.count,
    )
    return TaskLine(template % {"n": task.count}, _url(access, "said"))


def _returned_drafts_line(access: Access, task: Task) -> TaskLine:
    """How many drafts were sent back to the reader."""
    template = ngettext(
        "%(n)d draft was sent back to you", "%(n)d drafts were sent back to you", task.count
    )
    return TaskLine(template % {"n": task.count}, _own_work_url(access, WorkState.RETURNED))


def _given_drafts_line(access: Access, task: Task) -> TaskLine:
    """How many drafts were given to the reader."""
    template = ngettext(
        "%(n)d draft was given to you", "%(n)d drafts were given to you", task.count
    )
    return TaskLine(template % {"n": task.count}, _own_work_url(access, WorkState.DRAFTED))


def _mentions_line(access: Access, task: Task) -> TaskLine:
    """How many internal notes name the reader; the first is on `task.comment_public_id`."""
    template = ngettext("%(n)d note names you", "%(n)d notes name you", task.count)
    return TaskLine(template % {"n": task.count}, _url(access, "notes", task.comment_public_id))


def _bridging_question_line(access: Access, task: Task) -> TaskLine:
    """How many questions on bridging words wait for an answer, until when.

    Of a single one: its paragraph, and the public id of the proposal (`task.target_public_id`).
    """
    assert task.until is not None
    if task.count == 1:
        place = citation_of(task.paragraph_names[0])
        sentence = _("%(place)s: can you live with the bridging words?") % {"place": place}
        url = _url(access, "bridging_proposal", task.target_public_id)
    else:
        template = ngettext(
            "%(n)d question on bridging words", "%(n)d questions on bridging words", task.count
        )
        sentence, url = template % {"n": task.count}, _url(access, "bridging_list")
    is_over = task.until < access.moment
    time_text = _("the deadline has passed") if is_over else time_left(task.until, access.moment)
    return TaskLine(f"{sentence} · {time_text}", url, is_due=True)


def _open_silences_line(access: Access, task: Task) -> TaskLine:
    """How many silences run, and when the first ends.

    Of a single one: its name, and its public id (`task.target_public_id`).
    """
    assert task.until is not None
    moment = moment_words(access, task.until)
    placeholders = {"what": task.name, "moment": moment, "n": task.count}
    if task.count == 1:
        sentence = _("%(what)s: silence until %(moment)s") % placeholders
        return TaskLine(sentence, _url(access, "silence", task.target_public_id), is_due=True)
    template = ngettext(
        "%(n)d silence, until %(moment)s", "%(n)d silences, the first until %(moment)s", task.count
    )
    return TaskLine(template % placeholders, _url(access, "silences"), is_due=True)


def _uncleared_drafts_line(access: Access, task: Task) -> TaskLine:
    """How many of the reader's drafts are not cleared yet."""
    template = ngettext(
        "%(n)d draft of yours is not cleared yet",
        "%(n)d drafts of yours are not cleared yet",
        task.count,
    )
    return TaskLine(template % {"n": task.count}, _own_work_url(access, WorkState.DRAFTED))


def _unfinished_texts_line(access: Access, task: Task) -> TaskLine:
    """The texts that the reader began to type and did not save, with where they were typed."""
    template = ngettext(
        "%(n)d unfinished text: %(places)s", "%(n)d unfinished texts: %(places)s", task.count
    )
    places = _(", ").join(dict.fromkeys(place.label for place in task.unsaved_places))
    url = (
        task.unsaved_places[0].url if task.count == 1 else f"{_url(access, 'workspace')}#unfinished"
    )
    return TaskLine(template % {"n": task.count, "places": places}, url)


def _drafts_to_clear_line(access: Access, task: Task) -> TaskLine:
    """How many drafts wait for this reader to clear them."""
    template = ngettext("%(n)d draft to clear", "%(n)d drafts to clear", task.count)
    return TaskLine(template % {"n": task.count}, _waiting_url(access))


def _waiting_drafts_line(access: Access, task: Task) -> TaskLine:
    """How many drafts wait for somebody else to clear them."""
    template = ngettext(
        "%(n)d draft waits for clearance", "%(n)d drafts wait for clearance", task.count
    )
    return TaskLine(template % {"n": task.count}, _waiting_url(access))


def _answers_line(access: Access, task: Task) -> TaskLine:
    """How many published answers the delegation has not acknowledged yet."""
    template = ngettext("%(n)d answer to your inputs", "%(n)d answers to your inputs", task.count)
    return TaskLine(
        template % {"n": task.count}, f"{_url(access, 'workspace')}?state={UNACKNOWLEDGED}"
    )


# --- Facilitators and the secretariat ------------------------------------------------------------


def _ended_silences_line(access: Access, task: Task) -> TaskLine:
    """How many silences ended without a declared outcome.

    Of a single one: its name, and its public id (`task.target_public_id`).
    """
    if task.count == 1:
        sentence = _("%(what)s: the silence has ended, declare its outcome") % {"what": task.name}
        return TaskLine(sentence, _url(access, "silence", task.target_public_id))
    template = ngettext(
        "%(n)d silence has ended, declare its outcome",
        "%(n)d silences have ended, declare their outcome",
        task.count,
    )
    return TaskLine(template % {"n": task.count}, _url(access, "silences"))


def _unanswered_inputs_line(access: Access, task: Task) -> TaskLine:
    """How many inputs have no answer, and the names of their paragraphs, or how many those are."""
    template = ngettext(
        "%(n)s input without an answer", "%(n)s inputs without an answer", task.count
    )
    sentence = template % {"n": _up_to_many(task.count)}
    places_text = _cited_paragraphs(task.paragraph_names)
    if task.paragraph_count:
        template = ngettext("on %(n)d paragraph", "on %(n)d paragraphs", task.paragraph_count)
        places_text = template % {"n": task.paragraph_count}
    if places_text:
        sentence = _("%(what)s (%(places)s)") % {"what": sentence, "places": places_text}
    return TaskLine(sentence, _url(access, "review_queue"))


def _unpublished_answers_line(access: Access, task: Task) -> TaskLine:
    """How many answers are not published yet."""
    template = ngettext("%(n)s answer to publish", "%(n)s answers to publish", task.count)
    url_name = "publish_reviews" if access.may(Act.PUBLISH_REVIEWS) else "review_queue"
    return TaskLine(template % {"n": _up_to_many(task.count)}, _url(access, url_name))


def _up_to_many(count: int) -> str:
    """A count in digits; "500+" from `MAX_COUNTED_TO_DO` on, where counting stops."""
    return f"{MAX_COUNTED_TO_DO}+" if count >= MAX_COUNTED_TO_DO else str(count)


def _digest_line(access: Access, task: Task) -> TaskLine:
    """The next digest: its meeting (`task.target_public_id`, a public id), and when it is sent."""
    assert task.until is not None
    moment = moment_words(access, task.until)
    template = _("The digest before “%(meeting)s” goes out %(moment)s")
    url = _url(access, "digest", task.target_public_id)
    return TaskLine(template % {"meeting": task.name, "moment": moment}, url)


def _most_new_inputs_line(access: Access, task: Task) -> TaskLine:
    """The paragraph with the most new inputs: its name, its public id (`task.target_public_id`).

    `task.count` inputs are new; with `task.is_at_least` there may be more.
    """
    template = ngettext(
        "%(place)s has %(n)d new input", "%(place)s has %(n)d new inputs", task.count
    )
    if task.is_at_least:
        template = ngettext(
            "%(place)s has at least %(n)d new input",
            "%(place)s has at least %(n)d new inputs",
            task.count,
        )
    sentence = template % {"place": citation_of(task.paragraph_names[0]), "n": task.count}
    return TaskLine(sentence, _url(access, "review_paragraph", task.target_public_id))


def _delegations_without_people_line(access: Access, task: Task) -> TaskLine:
    """How many delegations have nobody who accepted an invitation."""
    template = ngettext(
        "%(n)d delegation has not accepted yet",
        "%(n)d delegations have not accepted yet",
        task.count,
    )
    return TaskLine(template % {"n": task.count}, _url(access, "unanswered"))


def _refused_mails_line(access: Access, task: Task) -> TaskLine:
    """How many mails a mail server refused."""
    template = ngettext("%(n)d e-mail was refused", "%(n)d e-mails were refused", task.count)
    return TaskLine(template % {"n": task.count}, f"{_url(access, 'mails')}?state=refused")


def _bounced_mails_line(access: Access, task: Task) -> TaskLine:
    """How many mails came back."""
    template = ngettext("%(n)d e-mail came back", "%(n)d e-mails came back", task.count)
    return TaskLine(template % {"n": task.count}, f"{_url(access, 'mails')}?state=bounced")


LINE_BY_KIND: dict[TaskKind, Callable[[Access, Task], TaskLine]] = {
    TaskKind.BEGIN_TEXT: _first_text_line,
    TaskKind.CIRCULATE_TEXT: _uncirculated_text_line,
    TaskKind.SET_ROUND: _first_round_line,
    TaskKind.SET_UP: _setting_up_line,
    TaskKind.READ_TEXT: _text_to_read_line,
    TaskKind.ROOM_SILENCE: _room_draft_line,
    TaskKind.MORE_ROOM_SILENCES: _more_silences_line,
    TaskKind.CONSENTED: _room_draft_line,
    TaskKind.OBJECTED: _room_draft_line,
    TaskKind.STATEMENTS: _statements_line,
    TaskKind.DRAFTS_TO_SUBMIT: _ready_inputs_line,
    TaskKind.RETURNED_DRAFTS: _returned_drafts_line,
    TaskKind.GIVEN_DRAFTS: _given_drafts_line,
    TaskKind.BRIDGING_QUESTIONS: _bridging_question_line,
    TaskKind.SILENCE_TO_BREAK: _open_silences_line,
    TaskKind.SILENCE_TO_DECLARE: _ended_silences_line,
    TaskKind.MENTIONS: _mentions_line,
    TaskKind.UNCLEARED: _uncleared_drafts_line,
    TaskKind.UNSAVED_WORDS: _unfinished_texts_line,
    TaskKind.TO_CLEAR: _drafts_to_clear_line,
    TaskKind.WAITING: _waiting_drafts_line,
    TaskKind.ANSWERED: _answers_line,
    TaskKind.UNANSWERED: _unanswered_inputs_line,
    TaskKind.UNPUBLISHED: _unpublished_answers_line,
    TaskKind.DIGEST: _digest_line,
    TaskKind.MOST_NEW: _most_new_inputs_line,
    TaskKind.WITHOUT_PEOPLE: _delegations_without_people_line,
    TaskKind.REFUSED_MAILS: _refused_mails_line,
    TaskKind.BOUNCED_MAILS: _bounced_mails_line,
}


def _url(access: Access, url_name: str, *ids: object) -> str:
    """The address of a page of the consultation: its name in the URLs, and the ids in its path."""
    return reverse(url_name, args=[access.consultation.slug, *ids])


def _waiting_url(access: Access) -> str:
    """The address of the workspace, filtered by what waits for clearance."""
    return f"{_url(access, 'workspace')}?state={WorkState.WAITING.value}"


def _own_work_url(access: Access, state: WorkState) -> str:
    """The address of the workspace, filtered by this state and by what this reader works on."""
    query = {"state": state.value, "author": str(access.user.public_id)}
    return f"{_url(access, 'workspace')}?{urlencode(query)}"


def _cited_paragraphs(labels: Sequence[str]) -> str:
    """ "paragraphs 12, 14, 17"; labels that are no numbers ("OP3") stand without that word."""
    joined_labels = _(", ").join(labels)
    if not labels or not all(label[:1].isdigit() for label in labels):
        return joined_labels
    template = ngettext("paragraph %(labels)s", "paragraphs %(labels)s", len(labels))
    return template % {"labels": joined_labels}
