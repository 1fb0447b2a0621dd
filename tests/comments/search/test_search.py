"""Search: what is found for whom, and that it reveals nothing to others."""

from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from comments.drafting.acts import discard_comment, draft_comment, edit_comment
from comments.inputs.content import CommentContent
from comments.models import Comment
from comments.search.queries import SearchArea, SearchQuery, SearchResults, search
from comments.submitting.acts import submit_comment
from consultations.models import Round, Visibility
from drafts.circulating.acts import circulate_revision
from drafts.desk.acts import add_paragraph, edit_paragraph, merge_paragraphs
from drafts.models import Paragraph, Spelling, Wording
from tests.room import SLUG, Room, marker, speak_in_room

pytestmark = pytest.mark.every_server

EVERYBODY = (
    "CPV contributor",
    "FRA focal_point",
    "IOM focal_point",
    "co_facilitator as PRT",
    "co_facilitator",
    "staff",
    "secretariat",
)


def _search(room: Room, who: str, words: str, **more: Any) -> SearchResults:
    return search(room.access(who), SearchQuery(words, **more))


def _references(found: SearchResults) -> list[str]:
    [group] = [group for group in found.groups if group.area is SearchArea.INPUTS]
    return [hit.reference for hit in group.hits]


def _ids(found: SearchResults) -> set[UUID]:
    return {hit.public_id for group in found.groups for hit in group.hits}


def _say(room: Room, code: str = "CPV", days: float = -1, **words: Any) -> Comment:
    """A draft of a delegation on the first paragraph."""
    return draft_comment(
        access=room.access(f"{code} contributor", days),
        wording=room.wording(room.revision, 2),
        content=CommentContent(kind="comment", **words),
    )


def _submit(room: Room, code: str = "CPV", **words: Any) -> Comment:
    comment = _say(room, code, **words)
    submit_comment(access=room.access(f"{code} focal_point", -1), comment=comment)
    return Comment.objects.get(pk=comment.pk)


def _client(room: Room, who: str) -> Client:
    client = Client()
    client.force_login(room.users[who])
    session = client.session
    session["capacity"] = room.capacities[who]
    session.save()
    return client


def _page(room: Room, who: str, **query: str) -> Any:
    return _client(room, who).get(reverse("search", args=[SLUG]), query)


# --- What is found -------------------------------------------------------------------------------


def test_a_word_is_found_in_the_text_and_in_inputs_whatever_its_ending(room: Room) -> None:
    _submit(room, rationale="Raising the awareness of officials.")

    found = _search(room, "CPV deputy", "raises awareness")

    text, inputs, earlier = found.groups
    assert [(hit.label, hit.stage) for hit in text.hits] == [("Paragraph 1", "First draft")]
    assert [words for is_found, words in text.hits[0].lines[0].pieces if is_found] == [
        "raise",
        "awareness",
    ]
    assert inputs.count > 1
    assert {hit.delegation_name for hit in inputs.hits} <= {"Cabo Verde", "France", "African Group"}
    assert earlier.count == 0


def test_an_input_is_found_in_its_own_language(room: Room) -> None:
    russian = _submit(room, rationale="Борьба с торговлей людьми", language="ru")
    chinese = _submit(room, rationale="打击人口贩运", language="zh")
    arabic = _submit(room, rationale="حماية الضحايا", language="ar")

    for words, comment in (("торговля", russian), ("人口贩运", chinese), ("حماية", arabic)):
        found = _search(room, "staff", words)
        assert _references(found) == [f"CPV-{comment.number}"]
        [line] = found.groups[1].hits[0].lines
        assert (line.language, line.has_match, line.is_reason) == (comment.language, True, True)


def test_what_was_said_before_is_found_in_the_last_revision_that_said_it(room: Room) -> None:
    leader = room.access("co_facilitator", -0.5)
    first = room.wording(room.revision, 2)
    edit_paragraph(
        access=leader,
        paragraph=Paragraph.objects.select_related("draft").get(pk=first.paragraph_id),
        version=first.paragraph.version,
        kind=first.kind,
        label=first.label,
        text="To sensitize everybody.",
    )
    circulate_revision(access=leader, draft=room.draft, stage="Rev.1", round=None)

    found = _search(room, "CPV deputy", "awareness", area="earlier")
    stands = _search(room, "CPV deputy", "officials")

    [group] = found.groups
    assert [(hit.stage, hit.public_id) for hit in group.hits] == [("First draft", first.public_id)]
    assert group.hits[0].url == (
        f"/consultations/{SLUG}/plan/{room.revision.number}/"
        f"?open={first.paragraph.public_id}#p-{first.paragraph.public_id}"
    )
    assert [group.count for group in stands.groups] == [1, 0, 0]
    assert stands.groups[0].hits[0].stage == "Rev.1"


def test_a_number_finds_its_input_and_a_label_its_paragraph(room: Room) -> None:
    comment = _submit(room, rationale="Quite another word.")

    assert _references(_search(room, "staff", f"cpv-{comment.number}")) == [f"CPV-{comment.number}"]
    text = _search(room, "staff", "2").groups[0]
    assert [hit.label for hit in text.hits] == ["Paragraph 2"]


def test_a_label_finds_unchanged_words_once_and_not_in_each_earlier_revision(room: Room) -> None:
    for days, stage in ((-0.5, "Rev.1"), (-0.4, "Rev.2")):
        leader = room.access("co_facilitator", days)
        text = f"To end it, {stage}."
        add_paragraph(access=leader, draft=room.draft, kind="operative", text=text, after=None)
        circulate_revision(access=leader, draft=room.draft, stage=stage, round=None)

    current, _inputs, earlier = _search(room, "staff", "2").groups

    assert [(hit.label, hit.stage) for hit in current.hits] == [("Paragraph 2", "Rev.2")]
    assert (earlier.count, earlier.hits) == (0, ())


def test_an_edited_draft_is_found_by_its_new_words_alone(room: Room) -> None:
    draft = _say(room, rationale="A zymurgy of sorts.")
    edit_comment(
        access=room.access("CPV deputy"),
        comment=draft,
        version=draft.version,
        content=CommentContent(kind="comment", rationale="An alembic of sorts."),
    )

    assert _search(room, "CPV deputy", "zymurgy").count == 0
    assert _ids(_search(room, "CPV deputy", "alembic")) == {draft.public_id}


def test_a_superseded_version_is_found_where_it_is_asked_for(room: Room) -> None:
    words = marker("CPV superseded")

    assert _search(room, "staff", words).count == 0
    assert _ids(_search(room, "staff", words, state="superseded")) == {
        room.comment("CPV superseded").public_id
    }


# --- What narrows it -----------------------------------------------------------------------------


def test_inputs_are_narrowed_by_delegation_round_state_and_paragraph(room: Room) -> None:
    everywhere = _search(room, "staff", "awareness", area="inputs").groups[0]
    assert everywhere.count > 4

    def narrowed(**by: Any) -> list[Any]:
        [group] = _search(room, "staff", "awareness", area="inputs", **by).groups
        assert 0 < group.count < everywhere.count
        return [
            Comment.objects.select_related("seat").get(public_id=h.public_id) for h in group.hits
        ]

    assert {row.seat.code for row in narrowed(delegation_code="FRA")} == {"FRA"}
    assert {row.round_id for row in narrowed(round_public_id=room.round.public_id)} == {
        room.round.pk
    }
    assert {row.withdrawn_at is None for row in narrowed(state="withdrawn")} == {False}
    second = room.wording(room.revision, 3)
    assert {row.paragraph_id for row in narrowed(paragraph_label="2")} == {second.paragraph_id}


def test_delegation_and_state_leave_the_text_out(room: Room) -> None:
    assert [g.area for g in _search(room, "staff", "awareness", delegation_code="CPV").groups] == [
        SearchArea.INPUTS
    ]


def test_a_paragraph_finds_what_was_said_on_those_that_were_merged_into_it(room: Room) -> None:
    leader = room.access("co_facilitator")
    rows = Paragraph.objects.select_related("draft", "parent")
    first, second = (rows.get(draft=room.draft, label=label) for label in ("1", "2"))
    count = _search(room, "staff", "awareness", area="inputs", paragraph_label="2").count
    assert count and _search(room, "staff", "awareness", area="inputs", paragraph_label="1").count
    merge_paragraphs(access=leader, paragraphs=[first, second], text="Both in one.")
    below = add_paragraph(
        access=leader,
        draft=room.draft,
        kind="operative",
        text="A zymurgy below the first.",
        after=first,
        parent=first,
        label="(a)",
    )
    circulate_revision(access=leader, draft=room.draft, stage="Rev.2")

    merged = _search(room, "staff", "awareness", area="inputs", paragraph_label="1").groups[0]
    spoken_on = Comment.objects.filter(public_id__in=[hit.public_id for hit in merged.hits])
    assert set(spoken_on.values_list("paragraph", flat=True)) == {first.pk, second.pk}
    assert _search(room, "staff", "awareness", area="inputs", paragraph_label="2").count == 0
    [hit] = _search(room, "staff", "zymurgy", paragraph_label="1 (A)").groups[0].hits
    assert hit.public_id == below.wordings.get().public_id


def test_a_paragraph_that_no_text_cites_so_finds_nothing(room: Room) -> None:
    assert _search(room, "staff", "awareness", paragraph_label="99").count == 0


# --- Who finds what ------------------------------------------------------------------------------


@pytest.mark.parametrize("visibility", Visibility.values)
def test_a_draft_is_found_by_its_own_delegation_and_by_nobody_else(
    room: Room, visibility: str
) -> None:
    speak_in_room(room)
    Round.objects.update(visibility=visibility)
    names = ("CPV draft", "CPV cleared", "FRA draft", "ROOM draft", "ROOM silent")
    rows = {name: room.comment(name) for name in names}
    for who in EVERYBODY:
        shown = _page(room, who, q="awareness everywhere", **{"in": "inputs"}).content.decode()
        own_seats = room.access(who).own_and_group_seat_ids
        for name, row in rows.items():
            is_own = row.filed_by_id in own_seats
            found = _search(room, who, marker(name))
            assert _ids(found) == ({row.public_id} if is_own else set()), (name, who)
            assert is_own or marker(name) not in shown, (name, who)


@pytest.mark.parametrize("visibility", Visibility.values)
def test_whoever_may_read_an_input_finds_it_and_nobody_else_does(
    room: Room, visibility: str
) -> None:
    Round.objects.update(visibility=visibility)
    names = ("FRA submitted", "FRA withdrawn", "CPV late", "CPV group input")
    rows = {name: room.comment(name) for name in names}
    for who in EVERYBODY:
        readable = set(Comment.objects.visible_to(room.access(who)).values_list("pk", flat=True))
        for name, row in rows.items():
            found = _ids(_search(room, who, marker(name)))
            assert (row.public_id in found) is (row.pk in readable), (name, who)


@pytest.mark.parametrize("who", EVERYBODY)
def test_words_not_yet_said_put_nobodys_spelling_right(room: Room, who: str) -> None:
    _say(room, "CIV", rationale="A question of zymurgy and of prestidigitation.")
    gone = _say(room, "CIV", rationale="The alembics of yore.")
    discard_comment(access=room.access("CIV contributor"), comment=gone)

    own = _search(room, "CIV contributor", "zymurgi prestidigitatoin alembisc")
    other = _search(room, who, "zymurgi prestidigitatoin alembisc")

    assert own.suggestion == "zymurgy prestidigitation alembisc"
    assert other.suggestion == ""
    assert other.count == 0


@pytest.mark.parametrize("who", EVERYBODY)
def test_a_word_near_to_what_others_draft_costs_the_same_questions(room: Room, who: str) -> None:
    """Two more said that a draft of another delegation holds the word."""

    def asked(words: str) -> list[str]:
        with CaptureQueriesContext(connection) as asked:
            _search(room, who, words)
        told = [query["sql"].partition("WHERE")[0] for query in asked.captured_queries]
        return [sql for sql in told if "SAVEPOINT" not in sql]

    _search(room, who, "warm")
    far = asked("zymurgi prestidigitatoin")
    _say(room, "CIV", rationale="A question of zymurgy and of prestidigitation.")
    assert asked("zymurgi prestidigitatoin") == far


def test_nothing_is_found_of_another_consultation(room: Room) -> None:
    for who in EVERYBODY:
        assert _search(room, who, marker("elsewhere text")).count == 0
        assert _search(room, who, marker("elsewhere CPV submitted")).count == 0


def test_the_working_text_is_found_by_nobody(room: Room) -> None:
    for who in EVERYBODY:
        assert _search(room, who, marker("working text")).count == 0


# --- Did you mean --------------------------------------------------------------------------------


def test_a_slip_is_put_right_and_the_rest_of_the_question_stays(room: Room) -> None:
    found = _search(room, "FRA deputy", '"awarness of" traffiking -women')

    assert found.suggestion == '"awareness of" trafficking -women'


def test_two_letters_that_changed_places_in_a_short_word_are_put_right(room: Room) -> None:
    _submit(room, rationale="Forced labour, and the health of those who do it.")

    assert _search(room, "FRA deputy", "labuor helath").suggestion == "labour health"


@pytest.mark.parametrize(
    ("slip", "meant"),
    [
        ("migrantt", "migrant"),
        ("migran", "migrant"),
        ("migrants", ""),  # with another ending, and no slip
        ("sustainble", "sustainable"),
        ("sustained", ""),
        ("traficking", "trafficking"),
        ("人口贩远", "人口贩运"),
        ("人口贩运", ""),
    ],
)
def test_a_slip_that_begins_with_a_known_word_is_put_right_too(
    room: Room, slip: str, meant: str
) -> None:
    _submit(
        room, rationale="To sustain a migrant, sustainable traffic, trafic, and no trafficking."
    )
    _submit(room, rationale="打击人口贩运全球行动计划。", language="zh")

    assert _search(room, "FRA deputy", slip).suggestion == meant


def test_a_spelling_is_kept_once_however_often_it_is_written(room: Room) -> None:
    _submit(room, rationale="An alembic, an alembic.")
    _say(room, "CIV", rationale="Another alembic.")

    assert list(
        Spelling.objects.filter(word__startswith="alemb").values_list("word", flat=True)
    ) == ["alembic"]


def test_a_question_that_is_answered_well_is_not_put_right(room: Room) -> None:
    assert _search(room, "staff", "awareness").suggestion == ""


# --- The page ------------------------------------------------------------------------------------


def test_the_page_marks_what_it_found_and_shows_no_mark_up_of_others(room: Room) -> None:
    _submit(room, rationale="<script>alert(1)</script> alembics & <b>retorts</b>")

    page = _page(room, "staff", q="alembic retort").content.decode()

    assert "<mark>alembics</mark> &amp; &lt;b&gt;<mark>retorts</mark>&lt;/b&gt;" in page
    assert "<script>alert" not in page


def test_the_page_without_a_question_says_how_to_ask(room: Room) -> None:
    response = _page(room, "staff")

    assert response.status_code == 200
    assert "Searches texts, earlier revisions and the inputs" in response.content.decode()


@pytest.mark.parametrize("query", [{"q": "a"}, {"q": "act", "round": "x"}, {"q": "x" * 201}])
def test_a_question_that_cannot_be_asked_is_answered_with_a_sentence(
    room: Room, query: dict[str, str]
) -> None:
    response = _page(room, "staff", **query)

    assert response.status_code == 422
    assert f'value="{query["q"]}"' in response.content.decode()


def test_nothing_found_says_what_to_do(room: Room) -> None:
    page = _page(room, "staff", q="prestidigitation").content.decode()
    narrowed = _page(room, "staff", q="prestidigitation", delegation="FRA").content.decode()

    assert "No results for “prestidigitation”" in page
    assert "Search everywhere" not in page
    assert f'href="/consultations/{SLUG}/search/?q=prestidigitation"' in narrowed


def test_one_kind_is_shown_a_page_at_a_time(room: Room) -> None:
    for _turn in range(21):
        _submit(room, rationale="An alembic.")

    first = _page(room, "staff", q="alembic").content.decode()
    second = _page(room, "staff", q="alembic", **{"in": "inputs"}, page="2").content.decode()

    assert first.count('<li class="stack') == 5
    assert "All 21" in first
    assert second.count('<li class="stack') == 1
    assert "Page 2 of 2" in second


def test_the_page_costs_the_same_queries_for_one_hit_and_for_many(room: Room) -> None:
    _submit(room, rationale="An alembic.")
    client = _client(room, "CPV focal_point")

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("search", args=[SLUG]), {"q": "alembic or awareness"})
        return len(queries)

    cost()
    few = cost()
    for _turn in range(30):
        _submit(room, rationale="An alembic.")
    assert cost() == few


def test_what_narrows_the_question_stays_chosen(room: Room) -> None:
    page = _page(room, "staff", q="awareness", delegation="FRA", state="withdrawn").content.decode()

    assert '<option value="FRA" selected>France</option>' in page
    assert '<option value="withdrawn" selected>' in page
    assert '<option value="drafted"' not in page  # nobody’s drafts are a facilitator’s to find
    assert "Côte d’Ivoire" in page


# --- The API -------------------------------------------------------------------------------------


def test_the_api_finds_what_the_page_finds(room: Room) -> None:
    comment = _submit(room, rationale="An alembic of sorts.")

    response = _client(room, "staff").get(reverse("api-search", args=[SLUG]), {"q": "alembics"})

    found = response.json()
    assert (found["suggestion"], found["text"]["count"], found["earlier"]["count"]) == ("", 0, 0)
    assert (found["inputs"]["count"], found["inputs"]["pages"]) == (1, 1)
    [hit] = found["inputs"]["results"]
    assert hit["id"] == str(comment.public_id)
    assert hit["reference"] == f"CPV-{comment.number}"
    assert hit["lines"] == [
        {
            "language": "en",
            "is_reason": True,
            "pieces": [
                {"text": "An ", "is_found": False},
                {"text": "alembic", "is_found": True},
                {"text": " of sorts.", "is_found": False},
            ],
        }
    ]


def test_the_api_says_what_is_wrong_with_a_question(room: Room) -> None:
    client = _client(room, "staff")

    response = client.get(reverse("api-search", args=[SLUG]), {"q": "act", "state": "lost"})

    assert response.status_code == 400
    assert list(response.json()["fields"]) == ["state"]


# --- Kept with the words -------------------------------------------------------------------------


def test_every_wording_is_found_by_its_words(room: Room) -> None:
    assert Wording.objects.filter(lexemes=None).count() == 0
    assert Comment.objects.filter(lexemes=None).count() == 0
