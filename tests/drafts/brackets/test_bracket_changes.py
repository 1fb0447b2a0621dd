"""A comparison says which brackets were added and lifted."""

import pytest

from drafts.brackets.changes import bracket_changes
from drafts.circulating.acts import circulate_revision
from tests.drafts.brackets.bracketed import reword
from tests.drafts.desk.leading import Browser, Leading, page, rows_of, text_with


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("States act.", "States [shall] act.", ["brackets put: “shall”"]),
        ("States [shall] act.", "States act.", ["brackets lifted: “shall”"]),
        ("[a] b [c d]", "[a] [b] c d", ["brackets put: “b”", "brackets lifted: “c d”"]),
        ("All [shall] act.", "All States [shall] act.", []),
        ("No sign.", "No signs.", []),
    ],
)
def test_brackets_that_came_and_went_are_quoted(before: str, after: str, told: list[str]) -> None:
    assert list(bracket_changes(before, after)) == told


@pytest.mark.django_db
def test_the_page_of_a_comparison_tells_them(leading: Leading) -> None:
    draft = text_with(leading.leader, "States [shall] act in time.", "They meet.")
    circulate_revision(access=leading.leader, draft=draft, stage="First draft")
    reword(leading, rows_of(draft)[0], "States shall act [in time].")
    circulate_revision(access=leading.leader, draft=draft, stage="Rev.1")
    shown = page(Browser(leading.leader).open("compare", "plan"))
    assert "brackets put: “in time”" in shown
    assert "brackets lifted: “shall”" in shown
