"""Two requests of one import at the same moment: neither undoes what the other has done."""

from collections import Counter
from functools import partial
from typing import Any

import pytest

from drafts.desk.acts import TextChanged, start_draft
from drafts.importing.acts import import_kept_file
from drafts.importing.kept_file import KeptFile, proposal_of
from tests.delegations.test_posts_at_once import at_once
from tests.drafts.circulating.test_preview import fix
from tests.drafts.desk.leading import Browser, build_leading, desk_words, page, read_of, text_with
from tests.drafts.desk.test_desk import file_of
from tests.locks import second_of

pytestmark = [pytest.mark.every_server, pytest.mark.django_db(transaction=True)]

ROWS = range(3, 27, 2)  # the lines of the file behind its title


def test_a_correction_stands_though_a_page_saves_itself_at_the_same_moment() -> None:
    leading = build_leading()
    start_draft(access=leading.leader, slug="talks", title="Talks", numbering="as_given")
    editor, window_beside = Browser(leading.leader), Browser(leading.leader)
    texts = [f"{row}. States keep harbour {row} open." for row in ROWS]
    address = editor.send("import_file", "talks", file=file_of("Harbours", *texts)).url

    answers = Counter[int]()

    def send(browser: Browser, **fields: Any) -> None:
        answers[browser.post(address, {"capacity": browser.key, **fields}).status_code] += 1

    for row in ROWS:
        words = {"row": row, **fix(label=f"{row} bis", text="Kept.")}
        at_once(
            partial(send, window_beside, keep="yes", **words),
            partial(send, editor, save=row, **words),
        )
    assert answers == {204: len(ROWS), 302: len(ROWS)}
    shown = page(editor.get(address))
    assert [row for row in ROWS if f"{row} bis" not in shown] == []


def test_a_file_imported_twice_at_once_is_imported_once() -> None:
    leading = build_leading()
    draft = text_with(leading.leader, "States act.", "States report.")
    read_text = read_of("States act.", "States report.", "They meet.", ids="m")
    upload = KeptFile("next.txt", b"", b"", {}, read_text)
    proposal = proposal_of(draft, upload)

    second = second_of(lambda: import_kept_file(leading.leader, draft, proposal, upload))

    assert isinstance(second, TextChanged)
    assert desk_words(draft) == ["States act.", "States report.", "They meet."]
    assert draft.paragraphs.count() == 3  # none was deleted and written again
