"""No delegation opens the desk, not even the co-facilitator's own."""

from typing import Any

from django.urls import reverse

from tests.drafts.desk.leading import Browser, page, rows_of
from tests.room import Room


def test_a_delegation_never_sees_the_working_text(room: Room, subtests: Any) -> None:
    row = rows_of(room.draft)[-1]
    assert "working-text" in row.text
    for who in ("CPV focal_point", "FRA contributor", "co_facilitator as PRT"):
        browser = Browser(room.access(who))
        for name, args in (
            ("desk", ["plan"]),
            ("edit_paragraph", ["plan", row.public_id]),
            ("paragraph_history", ["plan", row.public_id]),
            ("import_file", ["plan"]),
            ("circulate", ["plan"]),
        ):
            address = reverse(name, args=["plan-of-action", *args])
            with subtests.test(who=who, name=name):
                answer = browser.get(address)
                assert answer.status_code == 403
                assert row.text not in page(answer)
        texts = browser.get(reverse("drafts", args=["plan-of-action"]))
        assert "unsent-text" not in page(texts)
        assert (
            browser.get(reverse("desk", args=["plan-of-action", "resolution"])).status_code == 404
        )
