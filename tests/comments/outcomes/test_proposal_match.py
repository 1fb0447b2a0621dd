"""How proposed words are matched with a text: found, absent, deleted or unchanged."""

import pytest

from comments.outcomes.queries import Outcome, match_proposal

BASE = "Decides to strengthen national efforts against trafficking in persons;"


@pytest.mark.parametrize(
    ("proposed", "now", "outcome", "found", "absent", "gone", "staying"),
    [
        # All of it came in.
        (
            "Decides to step up efforts against trafficking in persons;",
            "Decides to step up efforts against trafficking in persons;",
            Outcome.IN_TEXT,
            ("step up",),
            (),
            ("strengthen national",),
            (),
        ),
        # Half of it, in other company.
        (
            "Decides to strengthen national and regional efforts against trafficking in persons, "
            "especially women;",
            "Decides to strengthen national, regional and other efforts against trafficking in "
            "persons;",
            Outcome.PARTLY,
            ("and regional",),
            ("especially women;",),
            (),
            (),
        ),
        # Nothing of it; the text changed elsewhere.
        (
            "Decides to strengthen national efforts against trafficking in persons and organs;",
            "Decides to strengthen all national efforts against trafficking in persons;",
            Outcome.NOT_IN_TEXT,
            (),
            ("and organs;",),
            (),
            (),
        ),
        # A mere link that others brought in is no part of it.
        (
            "Decides to strengthen national efforts and the media against trafficking in persons;",
            "Decides to strengthen national efforts and the police against trafficking in persons;",
            Outcome.NOT_IN_TEXT,
            (),
            ("media",),
            (),
            (),
        ),
        # What was to be taken out stays, what was to be put in came.
        (
            "Decides to strengthen efforts against trafficking in persons everywhere;",
            "Decides to strengthen national efforts against trafficking in persons everywhere;",
            Outcome.PARTLY,
            ("everywhere;",),
            (),
            (),
            ("national",),
        ),
    ],
)
def test_each_word_is_looked_for(
    proposed: str,
    now: str,
    outcome: Outcome,
    found: tuple[str, ...],
    absent: tuple[str, ...],
    gone: tuple[str, ...],
    staying: tuple[str, ...],
) -> None:
    answer = match_proposal(BASE, proposed, now)
    assert answer.outcome == outcome
    assert (
        answer.inserted_in_text,
        answer.inserted_missing,
        answer.deleted_gone,
        answer.deleted_still_there,
    ) == (
        found,
        absent,
        gone,
        staying,
    )


def test_a_word_that_stood_there_before_was_not_taken_from_the_proposal() -> None:
    """The proposal says "persons" a second time; the text says it once, as before."""
    proposed = BASE.replace("efforts", "efforts of all persons")
    answer = match_proposal(BASE, proposed, BASE.replace("Decides", "Agrees"))
    assert answer.outcome == Outcome.NOT_IN_TEXT
    assert answer.inserted_in_text == ()


def test_capitals_and_typography_tell_no_word_from_another() -> None:
    answer = match_proposal("To act.", "To act on “Sex\u00a0and age”.", 'To act on "sex and age".')
    assert answer.outcome == Outcome.IN_TEXT
    assert answer.inserted_missing == ()


def test_a_change_of_punctuation_alone_is_seen() -> None:
    assert match_proposal("To act, now.", "To act; now.", "To act; now.").outcome == Outcome.IN_TEXT
    assert (
        match_proposal("To act, now.", "To act; now.", "To act, now.").outcome
        == Outcome.NOT_IN_TEXT
    )


def test_arabic_and_chinese_words_are_found_too() -> None:
    arabic = match_proposal(
        "تعزيز الجهود الوطنية", "تعزيز الجهود الوطنية والإقليمية", "تعزيز الجهود والإقليمية"
    )
    assert (arabic.outcome, arabic.inserted_in_text) == (Outcome.IN_TEXT, ("والإقليمية",))
    chinese = match_proposal("加强国家努力", "加强国家和区域努力", "加强国家、区域努力")
    assert (chinese.outcome, chinese.inserted_in_text) == (Outcome.IN_TEXT, ("区域",))


def test_a_paragraph_that_is_gone_holds_no_proposed_word() -> None:
    answer = match_proposal(BASE, BASE.replace("national", "national and regional"), "")
    assert answer.outcome == Outcome.NOT_IN_TEXT
    assert answer.inserted_missing == ("and regional",)
