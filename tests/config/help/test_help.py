"""The help: the same content in every language, naming pages and buttons that exist."""

import re
from collections.abc import Iterator
from itertools import chain

import pytest
from django.conf import LazySettings, settings
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext, override
from markdown_it.token import Token

from config.catalogues.sentences import first_file_by_sentence
from config.help.chapters import (
    CHAPTER_LINK_PREFIX,
    CHAPTERS,
    PAGE_LINK_PREFIX,
    TEXTS_FOLDER,
    Chapter,
    ChapterPart,
    LinkContext,
    chapter_of,
    html_of,
    is_key,
    part_text,
    search_chapters,
)
from delegations.models import User
from tests.comments.brief.test_brief_pages import client
from tests.config.catalogues.test_catalogues import MAX_WORDS, longest_sentence
from tests.room import SLUG, Room

LANGUAGES = [code for code, _name in settings.LANGUAGES]
OTHERS = [code for code in LANGUAGES if code != "en"]
GUIDE = LinkContext(slug=SLUG, address="help@example.org")
# Chapter → who opens the pages that it leads to.
READERS = {
    "delegate": "CPV contributor",
    "focal_point": "CPV focal_point",
    "coordinator": "CPV focal_point",
    "silence": "CPV focal_point",
    "facilitator": "co_facilitator",
    "secretariat": "secretariat",
}


def inline(part: ChapterPart) -> Iterator[Token]:
    return chain.from_iterable(
        token.children or () for token in part.tokens if token.type == "inline"
    )


def named(part: ChapterPart) -> list[str]:
    """The buttons and keys that a part names, as its file has them, sorted."""
    return sorted(token.content for token in inline(part) if token.type == "code_inline")


def targets(part: ChapterPart) -> list[str]:
    return [str(token.attrGet("href")) for token in inline(part) if token.type == "link_open"]


def steps(part: ChapterPart) -> int:
    return sum(token.type == "list_item_open" for token in part.tokens)


# --- The texts ------------------------------------------------------------------------------------


def test_each_language_has_every_chapter_and_no_other() -> None:
    wanted = {f"{name}.md" for name in CHAPTERS}
    assert {path.name for path in TEXTS_FOLDER.iterdir()} == set(LANGUAGES)
    for language in LANGUAGES:
        assert {path.name for path in (TEXTS_FOLDER / language).iterdir()} == wanted, language


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("name", CHAPTERS)
def test_a_chapter_says_the_same_in_each_language_part_by_part(name: str, language: str) -> None:
    ours, theirs = chapter_of(name, "en"), chapter_of(name, language)
    assert theirs.title and theirs.title != ours.title
    assert len(theirs.parts) == len(ours.parts)
    for one, other in zip(ours.parts, theirs.parts, strict=True):
        assert other.heading
        assert named(other) == named(one), one.heading
        assert targets(other) == targets(one), one.heading
        assert steps(other) == steps(one), one.heading
        assert part_text(other).count("{") == part_text(one).count("{") == 0


def everything(language: str) -> Iterator[tuple[Chapter, ChapterPart]]:
    for name in CHAPTERS:
        chapter = chapter_of(name, language)
        yield from ((chapter, part) for part in chapter.parts)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_button_that_is_named_has_that_name_in_the_catalogue(language: str) -> None:
    sentences = {sentence.singular for sentence in first_file_by_sentence()}
    for chapter, part in everything(language):
        buttons = [name for name in named(part) if not is_key(name)]
        assert set(buttons) <= sentences, (chapter.name, part.heading)
        with override(language):
            html = html_of(part, GUIDE)
            for button in buttons:
                assert f"<b>{gettext(button).rstrip(' …')}</b>" in html
    if language != "en":
        with override(language):
            html = html_of(chapter_of("delegate", language).parts[0], GUIDE)
        assert "Save draft" not in html


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_link_leads_to_a_chapter_or_to_a_page_of_the_site_map(language: str) -> None:
    for chapter, part in everything(language):
        for target in targets(part):
            if target.startswith(CHAPTER_LINK_PREFIX):
                assert target.removeprefix(CHAPTER_LINK_PREFIX) in CHAPTERS
            else:
                assert target.startswith(PAGE_LINK_PREFIX), (chapter.name, target)
                try:
                    reverse(target.removeprefix(PAGE_LINK_PREFIX))
                except NoReverseMatch:
                    reverse(target.removeprefix(PAGE_LINK_PREFIX), args=[SLUG])


@pytest.mark.parametrize("name", READERS)
def test_every_page_that_a_chapter_leads_to_opens_for_its_reader(room: Room, name: str) -> None:
    signed_in = client(room, READERS[name])
    page = signed_in.get(reverse("help_chapter", args=[name]), {"in": SLUG}).content.decode()
    main = page.partition("<main")[2].partition("</main>")[0]
    links = [link for link in re.findall(r'href="([^"]+)"', main) if not link.startswith("/help/")]
    assert links
    for link in links:
        assert signed_in.get(link, follow=True).status_code == 200, link


def test_no_sentence_of_it_has_more_than_twenty_words() -> None:
    long = [
        (chapter.name, part.heading)
        for chapter, part in everything("en")
        for line in html_of(part, GUIDE).split("</li>")
        if longest_sentence(re.sub(r"<[^>]+>", "", line)) > MAX_WORDS
    ]
    assert long == []


# --- The pages ------------------------------------------------------------------------------------


def test_help_stands_in_the_frame_of_every_page_also_signed_out(room: Room) -> None:
    front = client(room, "CPV contributor").get(reverse("consultation", args=[SLUG]))
    assert f'href="/help/?in={SLUG}"' in front.content.decode()
    for path in ("/account/login/", "/help/", "/nowhere/"):
        assert 'href="/help/"' in Client().get(path).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_signed_out_every_chapter_is_read_in_every_language(language: str) -> None:
    reader = Client(headers={"accept-language": language})
    for name in CHAPTERS:
        page = reader.get(reverse("help_chapter", args=[name])).content.decode()
        assert chapter_of(name, language).title in page
        assert f"/consultations/{SLUG}/" not in page
    assert reader.get(reverse("help_chapter", args=["nothing"])).status_code == 404


def test_a_chapter_of_others_names_their_pages_and_leads_to_none(room: Room) -> None:
    signed_in = client(room, "CPV contributor")
    page = signed_in.get(reverse("help_chapter", args=["facilitator"]), {"in": SLUG})
    main = page.content.decode().partition("<main")[2].partition("</main>")[0]
    assert "<b>Review</b>" in main
    assert reverse("review_queue", args=[SLUG]) not in main


def test_what_follows_in_an_address_is_never_taken_for_markup() -> None:
    page = Client().get("/help/", {"in": '"><script>', "q": "<script>"}).content.decode()
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_the_search_finds_parts_by_all_their_words_whatever_the_accents() -> None:
    found = [
        (chapter.name, part.heading) for chapter, part in search_chapters("en", "silence members")
    ]
    assert ("coordinator", "Silence") in found
    assert search_chapters("en", "silence unheardof") == []
    assert search_chapters("en", " ") == []
    assert [chapter.name for chapter, _part in search_chapters("fr", "recepisse")] == [
        "focal_point"
    ]
    assert search_chapters("zh-hans", "默许")


@pytest.mark.django_db
def test_a_result_leads_to_its_heading() -> None:
    page = Client().get("/help/", {"q": "receipt"}).content.decode()
    assert 'href="/help/focal_point/#part-1"' in page
    assert 'id="part-1"' in Client().get("/help/focal_point/").content.decode()
    none = Client().get("/help/", {"q": "unheardof"}).content.decode()
    assert "Nothing in the help has all of these words." in none


@pytest.mark.django_db
def test_all_of_it_stands_on_one_page_to_print() -> None:
    page = Client().get("/help/all/").content.decode()
    for name in CHAPTERS:
        assert chapter_of(name, "en").title in page
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))


@pytest.mark.django_db
def test_the_statement_on_accessibility_says_where_to_write(settings: LazySettings) -> None:
    settings.HELP_ADDRESS = "Help desk <desk@example.org>"
    assert "desk@example.org" in Client().get("/help/accessibility/").content.decode()
    found = Client().get("/help/", {"q": "tell us"}).content.decode()
    assert "Write to desk@example.org when something keeps you out." in found


# --- The first three steps ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "name"),
    [
        ("FRA contributor", "delegate"),
        ("FRA deputy", "focal_point"),
        ("FRA focal_point", "focal_point"),
        ("CPV focal_point", "coordinator"),
        ("co_facilitator", "facilitator"),
        ("staff", "facilitator"),
        ("secretariat", "secretariat"),
    ],
)
def test_a_first_sign_in_shows_three_steps_of_the_own_function_until_skipped(
    room: Room, who: str, name: str
) -> None:
    signed_in, front = client(room, who), reverse("consultation", args=[SLUG])
    first = html_of(chapter_of(name, "en").parts[0], LinkContext(slug=SLUG))
    assert first.count("<li>") == 3
    assert first in signed_in.get(front).content.decode()

    skip = {"chapter": name, "next": front}
    answer = signed_in.post(reverse("skip_first_steps"), skip)
    assert answer["Location"] == front
    assert 'id="first-steps"' not in signed_in.get(front).content.decode()
    again = signed_in.get(reverse("help_chapter", args=[name]), {"in": SLUG}).content.decode()
    assert first in again


def test_another_function_has_steps_of_its_own_and_nobody_skips_for_others(room: Room) -> None:
    signed_in = client(room, "FRA contributor")
    signed_in.post(reverse("skip_first_steps"), {"chapter": "delegate", "next": "//elsewhere/"})
    signed_in.post(reverse("skip_first_steps"), {"chapter": "nonsense"})
    Client().post(reverse("skip_first_steps"), {"chapter": "delegate"})
    skipped = dict(User.objects.values_list("email", "steps_skipped"))
    assert {email: value for email, value in skipped.items() if value} == {
        room.users["FRA contributor"].email: ["delegate"]
    }
    other = client(room, "FRA deputy").get(reverse("consultation", args=[SLUG]))
    assert 'id="first-steps"' in other.content.decode()


def test_to_skip_them_leaves_no_history(room: Room) -> None:
    user = room.users["FRA contributor"]
    before = User.history.filter(id=user.pk).count()
    client(room, "FRA contributor").post(reverse("skip_first_steps"), {"chapter": "delegate"})
    assert User.history.filter(id=user.pk).count() == before
