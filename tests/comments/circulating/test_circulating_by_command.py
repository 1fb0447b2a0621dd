"""Circulation by command: what it asks, and that nothing is saved before the answer."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.room import SLUG, Room


def import_draft(room: Room, file: Path, *more: str, draft: str = "resolution") -> str:
    out = StringIO()
    call_command(
        "import_draft",
        str(file),
        *("--consultation", SLUG, "--draft", draft, "--stage", "First draft", "--circulate"),
        *("--as", room.users["co_facilitator"].email, "--capacity", "co_facilitator", *more),
        stdout=out,
    )
    return out.getvalue()


@pytest.mark.django_db
def test_only_circulation_needs_a_stage(room: Room, tmp_path: Path) -> None:
    file = tmp_path / "annex.txt"
    file.write_text("States shall meet.", encoding="utf-8")
    named = [str(file), "--consultation", SLUG, "--draft", "annex"]
    person = ["--as", room.users["co_facilitator"].email, "--capacity", "co_facilitator"]
    with pytest.raises(CommandError, match="--circulate needs --stage"):
        call_command("import_draft", *named, *person, "--circulate")
    out = StringIO()
    call_command("import_draft", *named, *person, stdout=out)
    assert "On the desk, not circulated yet" in out.getvalue()


@pytest.mark.django_db
def test_the_command_asks_for_the_number_of_inputs_without_an_answer(
    room: Room, tmp_path: Path
) -> None:
    """One input of the room has none; nothing is saved until its number was said."""
    plan, file = room.draft, tmp_path / "plan.txt"
    words = [row.text for row in plan.paragraphs.in_force().order_by("place")]
    file.write_text("\n\n".join([*words[:-1], f"{words[-1]} To meet."]), encoding="utf-8")
    before = plan.revisions.count()
    for told in ((), ("--unanswered", "2")):
        with pytest.raises(CommandError, match="1 inputs on this text have no answer") as refused:
            import_draft(room, file, *told, draft="plan")
    assert "--unanswered 1 confirms that they were seen." in str(refused.value)
    assert plan.revisions.count() == before
    assert not plan.paragraphs.filter(text__endswith="To meet.").exists()
    import_draft(room, file, "--unanswered", "1", draft="plan")
    assert plan.revisions.count() == before + 1
