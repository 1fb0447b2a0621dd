"""The samples of the style page: each component with the same words in English and in Arabic.

A sample's context has the names that its template takes, with invented values of `style_words`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.utils.safestring import SafeString

from config.style.words import Words
from consultations.pictures.canvas import Canvas, Fill
from consultations.pictures.grid import SHADE_COUNT, GridCell, GridColumn, GridRow, Mark, grid
from consultations.pictures.stacked_bars import BarRow, stacked_bars
from consultations.pictures.time_line import SpanRow, time_line
from consultations.web.send_again import ResendForm

NOON = datetime(2010, 5, 3, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
Context = dict[str, Any]  # what a template is given


@dataclass(frozen=True)
class Sample:
    """One component in one state, "" in its usual one: its template and what that is given."""

    component: str  # the heading under which the page shows it
    state: str
    template: str
    context: Context


def samples(words: Words) -> Iterator[Sample]:
    """All samples, in the order of the page."""
    yield from _text_samples(words)
    yield from _input_samples(words)
    yield from _form_samples(words)
    yield from _page_samples(words)
    yield from _list_samples(words)


def _text_samples(words: Words) -> Iterator[Sample]:
    """The text and its paragraphs: wordings, redlines, the desk, brackets, contents."""
    language = {"lang": words.language, "dir": words.direction}
    wording = {"text": words.text, "opening": words.opening, **language}
    for size in ("", "card", "line"):
        yield Sample("wording", size, "components/wording.html", {**wording, "size": size})
    yield Sample(
        "wording", "brackets", "components/wording.html", {**wording, "text": words.bracketed}
    )
    redline = {"ops": words.redline, "opening": "", **language}
    for size in ("", "card"):
        yield Sample("redline", size, "components/redline.html", {**redline, "size": size})
    yield Sample("redline", "key", "components/redline_key.html", {})
    conflict: Context = {"saved_by": words.delegation, "when_text": words.moment}
    conflict |= {"theirs": {"text": words.redline}, "mine": {"text": words.redline}}
    languages = {"their_language": words.language, "my_language": words.language}
    yield Sample(
        "redline",
        "of two",
        "components/edit_conflict.html",
        {"conflict": conflict, **languages},
    )
    states: dict[str, Context] = {
        "": {"count": 7},
        "open": {"count": 14, "is_open": True},
        "new": {"count": 2, "new": words.new},
        "empty": {"count": 0},
        "changed": {"count": 3, "ops": words.redline, "note": words.sentence},
        "struck": {"count": 1, "is_struck": True},
        **{f"level {level}": {"count": 0, "level": level} for level in (1, 2, 3)},
        "heading": {
            **{"kind": "heading", "tag": "h2", "label": ""},
            **{"text": words.heading, "opening": ""},
        },
    }
    operative = {"label": "12", "kind": "operative", "level": 0, "tag": "div", **wording}
    for state, extra in states.items():
        row = {"id": state or "plain", **operative, "url": "/style/", **extra}
        yield Sample("paragraph", state, "demo/style/paragraph.html", {"rows": [row]})
    sheet = {"id": "sheet", **operative, "label": "1"}
    yield Sample("text", "", "demo/style/text.html", {"words": words, "rows": [sheet]})
    yield Sample("paragraph", "desk", "demo/style/desk.html", {"words": words, **wording})
    yield Sample("state", "", "demo/style/state.html", {"words": words})
    yield Sample("screen", "", "demo/style/screen.html", {"words": words})
    yield Sample("brackets", "", "demo/style/brackets.html", {"words": words})
    offer: Context = {"author": words.delegation, "made_at": NOON, "how": "reworded"}
    offer["redline"] = words.redline
    yield Sample(
        "offers", "", "drafts/importing/_offers.html", {"offers": [offer], "lang": words.language}
    )
    groups = [{"title": words.title, "entries": _entries(words)}]
    contents = {"groups": groups, "goto_url": "/style/"}
    yield Sample("rail", "", "components/contents.html", contents)


def _found_pieces(words: Words) -> list[tuple[bool, str]]:
    """A text that was found by a search: its pieces, each with whether it is what was sought."""
    return [(True, words.opening), (False, words.text.removeprefix(words.opening))]


def _entries(words: Words) -> list[Context]:
    """Two entries of the contents of a text, the second of which is where the reader is."""
    return [
        {"label": words.heading, "url": "#", "count": 61, "is_current": False},
        {"label": words.title, "url": "#", "count": 94, "is_current": True},
    ]


def _input_samples(words: Words) -> Iterator[Sample]:
    """An input, its answer, and the card on which one is written."""
    head = {"title": words.title, "lead": words.sentence, "back_url": "#"}
    yield Sample("thread", "", "components/thread_head.html", head)
    yield Sample("thread", "empty", "components/thread_place.html", {})
    states: dict[str, Context] = {
        "": {"actions": _acts(words)},
        "late": {"is_late": True, "answer": _answer(words)},
        "withdrawn": {"state": "withdrawn", "replies": [_reply(words)]},
        "returned": {"return_note": _note(words), "notes": [_note(words)]},
    }
    for state, extra in states.items():
        yield Sample(
            "card", state, "comments/reading/_card.html", {"card": _card(words, state, extra)}
        )
    answer = _answer(words)
    yield Sample("answer", "", "components/answer.html", {"answer": answer})
    answer_states: Context = {"answered": {"stance": words.title}, "private": {"is_unpublished": 1}}
    for state, extra in answer_states.items():
        yield Sample("answer", state, "components/answer.html", {"answer": {**answer, **extra}})
    form = sample_form(words)
    card_being_written: Context = {
        **{"form": form, "kind": form["choice"], "wording": form["wording"]},
        **{"place": form["code"], "reason": form["text"], "more": [form["one"]]},
        **{"who": words.delegation, "seen_by": words.sentence},
        **{"main_button": {"label": words.button}, "second_button": {"label": words.other_button}},
        **{"autosave_url": "/style/", "preview_id": "preview"},
    }
    yield Sample("writing", "", "components/writing_card.html", card_being_written)


def _acts(words: Words) -> list[Context]:
    """Two acts as a card offers them: a link to a form, and a button that does it at once."""
    return [
        {"label": words.options[1], "url": "#", "is_post": False},
        {"label": words.other_button, "url": "#", "is_post": True},
    ]


def _answer(words: Words) -> Context:
    answer = {"disposition": words.options[1], "observation": words.sentence}
    return {**answer, "when_text": words.moment}


def _note(words: Words) -> SimpleNamespace:
    return SimpleNamespace(author_name=words.group, when_text=words.moment, text=words.sentence)


def _reply(words: Words) -> Context:
    reply = {"replier_name": words.group, "when_text": words.moment, "text": words.sentence}
    return {**reply, "lang": words.language, "is_withdrawn": False, "withdraw_url": ""}


def _card(words: Words, state: str, extra: Context) -> SimpleNamespace:
    """The card of an input; `extra` changes the fields by which its states differ."""
    shown_input = SimpleNamespace(
        public_id=f"input-{state}",
        delegation_name=words.delegation,
        moment=NOON,
        kind={"label": words.options[0]},
        type={"label": words.title},
        reference="PRT-1",
        comment={"pk": 0},
        state=extra.get("state", "submitted"),
        is_late=extra.get("is_late", False),
        redline=words.redline,
        opening="",
        language=words.language,
        rationale=words.sentence,
        earlier_wording=None,
        review={"observation": words.sentence},
    )
    texts = {"when_text": words.moment, "note_visibility_text": words.delegation}
    other_fields = {name: extra[name] for name in extra.keys() - {"state", "is_late"}}
    return SimpleNamespace(shown_comment=shown_input, **texts, **other_fields)


def sample_form(words: Words, **options: Any) -> forms.Form:
    """A form with a field of each kind, under the words of this direction."""
    choices = [(str(number), label) for number, label in enumerate(words.options)]
    fields: dict[str, forms.Field] = {
        "text": forms.CharField(label=words.title, help_text=words.sentence),
        "wording": forms.CharField(
            label=words.heading, widget=forms.Textarea(attrs={"rows": 3}), initial=words.text
        ),
        "one": forms.ChoiceField(label=words.title, choices=choices),
        "choice": forms.ChoiceField(
            label=words.title, choices=choices, widget=forms.RadioSelect, initial="0"
        ),
        "agreed": forms.BooleanField(label=words.sentence, required=False),
        "code": forms.CharField(label=words.title, initial="ABCD-1234"),
        "file": forms.FileField(label=words.title, required=False),
    }
    fields["wording"].word_limit = {"max_words": 20, "max_words_when_replacing": 20}  # type: ignore[attr-defined]
    form: forms.Form = type("SampleForm", (forms.Form,), fields)(**options)
    return form


def _form_samples(words: Words) -> Iterator[Sample]:
    """The fields of forms, as they are and with an error, choices and buttons."""
    # A form that was sent empty has errors.
    form, wrong_form = sample_form(words, prefix="f"), sample_form(words, data={}, prefix="w")
    disabled_form = sample_form(words, prefix="d")
    for field in disabled_form.fields.values():
        field.disabled = True
    looks = {"wording": "wording", "code": "code", "one": "short"}
    for name in ("text", "wording", "one", "agreed", "code", "file"):
        context = {"field": form[name], "look": looks.get(name, "")}
        yield Sample("field", name, "components/field.html", context)
    yield Sample("field", "choices", "components/field.html", {"field": form["choice"]})
    yield Sample("field", "error", "components/field.html", {"field": wrong_form["text"]})
    yield Sample("field", "disabled", "components/field.html", {"field": disabled_form["text"]})
    radio_form = sample_form(words, prefix="p")
    yield Sample("choice", "", "components/chips.html", {"field": radio_form["choice"]})
    yield Sample("choice", "error", "components/chips.html", {"field": wrong_form["choice"]})
    yield Sample("choice", "disabled", "components/chips.html", {"field": disabled_form["choice"]})
    yield Sample("button", "", "demo/style/buttons.html", {"words": words})
    people = 2 * [{"name": words.code, "functions": [(words.title, words.delegation)]}]
    yield Sample("person", "", "demo/people.html", {"people": people})
    yield Sample("acts", "", "demo/style/acts.html", {"words": words})
    yield Sample("acts", "card", "components/card_acts.html", {"acts": _acts(words)})
    # Words that two people changed at the same time.
    conflict_place = SimpleNamespace(
        name="place", before=words.opening, mine=words.text, theirs=words.heading, chosen="mine"
    )
    yield Sample("fit", "", "demo/style/fit.html", {"words": words})
    yield Sample("choice", "places", "components/places.html", {"places": [conflict_place]})
    typed = {"typed": [(words.title, words.sentence)]}
    yield Sample("field", "typed", "components/words_to_copy.html", typed)


def _page_samples(words: Words) -> Iterator[Sample]:
    """What is said and linked around the content of a page: notices, confirmations, its frame."""
    wrong_form = sample_form(words, data={}, prefix="e")
    notice = {"text": words.sentence, "title": words.heading, "url": "#", "label": words.button}
    for tone in ("", "due", "error"):
        yield Sample("notice", tone, "components/notice.html", {**notice, "tone": tone})
    yield Sample("notice", "form", "components/form_errors.html", {"form": wrong_form})
    restored = {"restored": {"when_text": words.moment}, "discard_autosave_url": "#"}
    yield Sample("notice", "restored", "components/restored.html", restored)
    # Without fields: they would be drawn as those of all forms are.
    resend_form = ResendForm("#", "", [], [], has_secrets=True, has_files=True)
    yield Sample("notice", "again", "components/send_again.html", {"resend_form": resend_form})
    yield Sample("notice", "again, only read", "components/send_again.html", {"retry_url": "#"})
    empty = {"title": words.heading, "sentence": words.sentence, "url": "#", "label": words.button}
    yield Sample("sentence", "empty", "components/empty.html", empty)
    empty_line = {**empty, "title": ""}
    yield Sample("sentence", "empty, in a section", "components/empty.html", empty_line)
    confirm = {"title": words.heading, "sentences": [words.sentence]}
    confirm |= {"label": words.button, "action_url": "#", "cancel_url": "#"}
    yield Sample("confirm", "", "components/confirm.html", confirm)
    yield Sample("confirm", "grave", "components/confirm.html", confirm | {"is_grave": True})
    work = {"label": words.sentence, "done": 3, "total": 8}
    yield Sample("progress", "", "components/progress.html", {**work, "id": "some"})
    unknown = {**work, "total": 0, "id": "unknown"}
    yield Sample("progress", "unknown", "components/progress.html", unknown)
    frame = {"capacity_name": words.delegation, "capacity_code": words.code, "switch_url": "#"}
    frame |= {"capacity_role": words.title, "sign_out_url": "#"}
    yield Sample("frame", "", "components/capacity.html", {"frame": frame})
    other = {"sentence": words.sentence, "email_name": "", "label": words.button}
    yield Sample("frame", "other side", "demo/other_side.html", {"other": other})
    scene = {"key": "capital", "title": words.title, "steps": (1, 2)}
    step = {"scene": scene, "number": 1, "step": {"words": words.sentence}}
    step |= {"person": {"name": words.delegation}}
    next_step = {**step, "number": 2, "person": {"name": words.group}}
    played = {"step": step, "next_step": next_step}
    yield Sample("frame", "scene", "demo/scene_line.html", played)
    yield Sample("frame", "signed out", "components/capacity.html", {"frame": {"sign_in_url": "#"}})
    steps = [{"label": words.title, "url": "#"}, {"label": words.heading}]
    yield Sample("crumbs", "", "components/crumbs.html", {"steps": steps})
    sections = [{"label": words.title, "url": "#", "aria_current": "page"}]
    sections += [{"label": words.heading, "url": "#"}]
    yield Sample("sections", "", "components/sections.html", {"sections": sections})
    yield Sample("due", "", "demo/style/due.html", {"words": words})
    yield Sample("menu", "", "demo/style/menu.html", {"words": words})
    yield Sample("tabs", "", "demo/style/tabs.html", {"words": words})
    yield Sample("guide", "", "demo/style/guide.html", {"words": words})


def _picture_samples(words: Words) -> Iterator[Sample]:
    """The drawn pictures: bars, a time line, a grid."""
    canvas = Canvas("bars", is_mirrored=words.direction == "rtl")
    bars = [BarRow(words.heading, (4, 3, 2, 1, 1, 1)), BarRow(words.sentence, (9, 0, 1, 2, 6, 2))]
    legend = [(canvas.swatch(fill), words.title) for fill in Fill]
    table = {"columns": (words.title, words.delegation), "rows": ((words.heading, "12"),)}
    picture = {"name": "bars", "title": words.heading, "legend": legend, "file_url": "#", **table}
    svg = stacked_bars(canvas, bars, list(Fill), words.heading)
    yield Sample("picture", "", "components/picture.html", {"picture": {**picture, "drawing": svg}})
    line = replace(canvas, name="line")
    spans = [
        SpanRow(words.heading, words.moment, NOON - DAY, NOON + 2 * DAY, Fill.SOLID),
        SpanRow(words.title, words.moment, NOON + DAY, NOON + DAY, Fill.SOLID),
    ]
    svg = time_line(line, spans, NOON, words.new, words.heading)
    picture |= {"name": "line", "drawing": svg}
    yield Sample("picture", "time", "components/picture.html", {"picture": picture})
    yield Sample("grid", "", "demo/style/grid.html", {"drawn": _grid(words), "words": words})


def _grid(words: Words) -> SafeString:
    """A grid with each shade and each mark."""
    numbers = ("", *(str(10**shade) for shade in range(SHADE_COUNT)))
    marks = dict(enumerate(Mark, start=2))  # the first two cells have none
    cells = (
        GridCell("11111", shade=SHADE_COUNT),
        *(
            GridCell(number, words.sentence, "#", (marks[shade],) if shade in marks else (), shade)
            for shade, number in enumerate(numbers)
        ),
    )
    code_and_name = (words.code, words.delegation)
    # All columns but the first have a link.
    columns = [GridColumn(*code_and_name, "#" if n else "") for n in range(len(cells))]
    notes = ((Mark.SATISFIED, words.title),)
    state = ("parked", words.options[1])
    row = GridRow(words.options[0], "#", cells, words.text, words.language, state, notes)
    foot = GridRow(words.title, "", tuple(GridCell(cell.text) for cell in cells))
    return grid(f"grid-{words.language}", words.title, columns, [row], foot)


def _list_samples(words: Words) -> Iterator[Sample]:
    """Lists and what narrows them, pictures, and what stands on single pages alone."""
    form = sample_form(words, prefix="l")
    filters = {
        "form": [form["one"], form["text"]],
        "action_url": "#",
        "clear_url": "#",
        "folds": True,
    }
    yield Sample("filters", "", "components/filters.html", filters)
    # Two pagers on one page are told apart by their labels.
    for rows, which, label in ((30, "", words.title), (300, "many pages", words.heading)):
        page = Paginator(range(rows), 10).page(2)
        yield Sample("pager", which, "components/pager.html", {"page": page, "label": label})
    beside = {"title": words.heading, "url": "#"}
    sections = {"title": words.title, "previous": beside, "next": beside, "whole_url": "#"}
    entry = {"label": words.title, "url": "#", "is_current": True}
    shown = {"links": sections, "entries": [{"label": words.heading, "url": "#"}, entry]}
    yield Sample("pager", "section shown", "components/section_shown.html", shown)
    yield Sample("pager", "sections", "components/section_pager.html", {"links": sections})
    first_link = {"label": words.title, "url": "#", "day": "15.4."}
    second_link = {"label": "Rev.1", "url": "#", "day": "3.5.", "is_current": True}
    listed = {"revision_links": [first_link, second_link], "label": words.heading}
    yield Sample("revision-list", "", "components/revision_list.html", listed)
    yield from _picture_samples(words)
    event = {"when_text": words.moment, "actor_text": words.delegation, "act_text": words.button}
    changed = {**event, "redline": words.redline, "lang": words.language, "dir": words.direction}
    yield Sample("history", "", "components/history.html", {"events": [event, changed]})
    answer = _answer(words)
    for name in ("lines", "facts", "work", "aligned", "table", "placed", "paper", "strip"):
        yield Sample(name, "", f"demo/style/{name}.html", {"words": words, "answer": answer})
    copied = {"words": words, "key": "5f2a-90bb-71c4-e088", "checksum": "8027 38A2 B6F6 E913"}
    yield Sample("verbatim", "", "demo/style/verbatim.html", copied)
    hit: Context = {"url": "#", "label": words.title, "reference": "PRT-1"}
    hit |= {"delegation_name": words.delegation, "stage": "Rev.1", "draft_title": words.heading}
    hit["lines"] = [
        {"language": words.language, "pieces": _found_pieces(words)},
        {"language": words.language, "pieces": [(False, words.sentence)], "is_reason": True},
    ]
    yield Sample("found", "", "demo/style/found.html", {"hit": hit})
    line = SimpleNamespace(
        card=_card(words, "room", {"actions": []}),
        state=words.button,
        state_text=words.moment,
        tone="due",
        objections=[
            {"delegation_name": words.group, "when_text": words.moment, "reason": words.sentence}
        ],
        buttons=_acts(words),
    )
    yield Sample("room", "", "comments/groups/_room_draft.html", {"line": line})
    for name in ("brief", "kit"):
        yield Sample(name, "", f"demo/style/{name}.html", {"words": words})
    yield Sample("compare", "", "drafts/comparing/_comparison.html", _comparison(words))


def _comparison(words: Words) -> Context:
    """The context of a comparison: paragraphs reworded, new, moved and unchanged."""
    # Pieces of a redline, each with whether it belongs to a change of typography alone.
    kept = [("=", words.text, False)]
    paragraph = {"public_id": "said", "label": "12", "kind": "operative", "level": 0}
    paragraph |= {"text": words.text, "opening": words.opening, "paragraph_id": 0}
    subheading = {**paragraph, "label": "13", "kind": "heading", "level": 1}
    later_side = {"paragraph": paragraph, "pieces": [(*piece, False) for piece in words.redline]}
    line = {"kind": "reworded", "description": words.options[0], "further_changes": words.options}
    changed = {**line, "change_id": "changed", "number": 1, "later_paragraphs": [later_side]}
    changed |= {"earlier_paragraphs": [{"paragraph": paragraph, "pieces": kept}]}
    changed |= {"difference": {"notes_redline": words.redline}, "is_typographic": True}
    new = {**line, "change_id": "new", "number": 2}
    new |= {"earlier_paragraphs": []}
    new |= {"later_paragraphs": [{"paragraph": subheading, "pieces": kept}]}
    lines = [{"paragraph": paragraph}, {"paragraph": subheading, "earlier_label": "11"}]
    items = [
        *(changed, new),
        {"paragraph": paragraph, "sentence": words.sentence, "change_id": "changed"},
        {"is_closed": True, "title": words.heading, "lines": lines},
    ]
    earlier = {"name": words.title, "stage": words.title, "url": "#"}
    later = {"name": "Rev.1", "stage": "Rev.1", "url": "#", "revision": {"number": 1}}
    page = {"change_count": 2, "count_phrases": words.options, "items": items}
    page |= {"shown_change_ids": {"changed", "new"}}
    texts = {"draft": {"language": words.language}, "earlier": earlier, "later": later}
    return {**texts, "page": page, "state_act_by_paragraph_id": {}}
