"""States of paragraphs in an imported file: shown first, and set only where chosen."""

from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command

from drafts.circulating.acts import circulate_revision
from drafts.importing.acts import set_states_of_file
from drafts.models import Draft, Paragraph, StateAct
from drafts.papers.as_akn import text_akn
from drafts.papers.queries import paper_of_revision
from drafts.states.acts import set_state
from tests.drafts.desk.leading import Browser, Leading, page, read_of, rows_of, text_with
from tests.drafts.desk.test_desk import NUMBERED, seen_in
from tests.drafts.papers.texts import paper, row
from tests.drafts.rooms.in_rooms import two_rooms

pytestmark = pytest.mark.django_db

STATED = [
    row("t", "The plan", kind="title"),
    replace(row("a", "States should act.", "1"), negotiation_state="agreed"),
    replace(row("b", "States report yearly.", "2"), negotiation_state="parked"),
    replace(row("c", "They meet.", "3"), negotiation_state="reopened"),
]


@pytest.fixture
def leader(leading: Leading) -> Browser:
    return Browser(leading.leader)


def akn(rows: Any = STATED) -> SimpleUploadedFile:
    return SimpleUploadedFile("plan.xml", text_akn(paper(rows)))


def preview(leader: Browser) -> str:
    leader.send("new_draft", title="The plan", slug="plan", **NUMBERED)
    return str(leader.send("import_file", "plan", file=akn()).url)


def take(leader: Browser, address: str, **chosen: str) -> Any:
    seen = seen_in(leader.get(address))
    return leader.post(address, {"capacity": leader.key, "seen": seen, "confirm": "yes", **chosen})


def states(draft: Draft) -> dict[str, str]:
    acts = StateAct.objects.current_in(draft).select_related("paragraph")
    return {act.paragraph.text: act.state for act in acts}


def plan() -> Draft:
    return Draft.objects.select_related("consultation").get(slug="plan")


def test_the_preview_says_the_states_and_leaves_them_unless_it_is_chosen(leader: Browser) -> None:
    address = preview(leader)
    shown = page(leader.get(address))
    assert "Agreed ad referendum: 1; Parked: 1; Reopened: 1" in shown
    assert take(leader, address).status_code == 302
    assert states(plan()) == {}


def test_chosen_they_are_set_and_what_was_never_closed_is_not_reopened(leader: Browser) -> None:
    address = preview(leader)
    leader.post(address, {"capacity": leader.key, "keep": "yes", "states": "set"})
    assert 'value="set" checked' in page(leader.get(address))
    assert take(leader, address).status_code == 302  # as it was chosen before
    assert states(plan()) == {"States should act.": "agreed", "States report yearly.": "parked"}
    agreed = StateAct.objects.get(state="agreed")
    assert agreed.text == "States should act."
    assert agreed.capacity.startswith("co-facilitator")


def test_a_file_without_states_asks_nothing(leader: Browser) -> None:
    leader.send("new_draft", title="The plan", slug="plan", **NUMBERED)
    sent = leader.send("import_file", "plan", file=akn([row("a", "To act.", "1")]))
    assert 'name="states"' not in page(leader.get(sent.url))


def test_a_circulated_text_comes_back_into_another_one_with_its_states(leading: Leading) -> None:
    draft = text_with(leading.leader, "States should act.", "States report yearly.", "They meet.")
    revision = circulate_revision(access=leading.leader, draft=draft, stage="First draft")
    for stored, state in zip(rows_of(draft), ("agreed", "informals"), strict=False):
        set_state(access=leading.leader, paragraph=stored, state=state, version=stored.version)
    written = text_akn(paper_of_revision(leading.leader, revision))
    leader = Browser(leading.leader)
    leader.send("new_draft", title="Again", slug="again", **NUMBERED)
    sent = leader.send("import_file", "again", file=SimpleUploadedFile("plan.xml", written))
    assert take(leader, sent.url, states="set").status_code == 302
    again = Draft.objects.get(slug="again")
    assert states(again) == states(draft) != {}


def test_what_stands_so_already_is_not_set_again_and_silence_changes_nothing(
    leading: Leading,
) -> None:
    draft = text_with(leading.leader, "Act.", "Report.", "Meet.")
    act, report, meet = rows_of(draft)
    for stored in (act, meet):
        set_state(access=leading.leader, paragraph=stored, state="agreed", version=stored.version)
    read = read_of("Act.", "Report.", "Meet.")
    read_again = replace(
        read,
        paragraphs=tuple(
            replace(item, negotiation_state=state)
            for item, state in zip(read.paragraphs, ("agreed", "parked", ""), strict=True)
        ),
    )
    changed = set_states_of_file(
        access=leading.leader,
        draft=draft,
        read_text=read_again,
        imported_paragraphs=[act, report, meet],
    )
    assert changed == 1
    assert states(draft) == {"Act.": "agreed", "Report.": "parked", "Meet.": "agreed"}


def test_a_paragraph_that_a_room_has_keeps_its_state(leading: Leading) -> None:
    rooms = two_rooms(leading)
    lend = rooms.row("Lend.")
    read = read_of("Lend.")
    read_again = replace(
        read, paragraphs=(replace(read.paragraphs[0], negotiation_state="agreed"),)
    )
    with pytest.raises(ValidationError):
        set_states_of_file(
            access=leading.leader,
            draft=rooms.draft,
            read_text=read_again,
            imported_paragraphs=[lend],
        )
    assert not StateAct.objects.filter(paragraph=lend).exists()


def test_the_command_sets_them_where_it_is_told_to(leading: Leading, tmp_path: Path) -> None:
    file = tmp_path / "plan.xml"
    file.write_bytes(text_akn(paper(STATED)))

    def told(*more: str) -> str:
        out = StringIO()
        where = {"consultation": leading.leader.consultation.slug, "draft": "plan"}
        options = {"as": leading.leader.user.email, "stage": "First draft", **where}
        named = [f"--{name}={value}" for name, value in options.items()]
        call_command("import_draft", str(file), *named, *more, stdout=out, stderr=StringIO())
        return out.getvalue()

    assert "--states sets it." in told()
    assert not StateAct.objects.exists()
    assert "2 set." in told("--states")
    assert states(plan()) == {"States should act.": "agreed", "States report yearly.": "parked"}
    assert Paragraph.objects.filter(draft=plan()).in_force().count() == 4
