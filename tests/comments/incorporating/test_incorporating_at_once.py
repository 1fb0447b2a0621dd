"""Two facilitators incorporate words in one paragraph at the same moment."""

import threading
from typing import Any

import pytest
from django.db import connections

from comments.incorporating.acts import ChosenProposal, incorporate_words
from comments.models import Incorporation
from drafts.desk.acts import StaleVersion
from drafts.models import Paragraph, StepKind
from tests.room import Room

pytestmark = pytest.mark.every_server


def test_the_second_is_shown_what_the_first_made_and_nothing_is_lost(committed_room: Room) -> None:
    room = committed_room
    key = room.wording(room.revision, 2).paragraph_id
    seen = Paragraph.objects.select_related("draft", "parent").get(pk=key)
    together = threading.Barrier(2)
    results: list[Any] = []

    def take(who: str, name: str) -> None:
        access, comment = room.access(who), room.comment(name)
        together.wait()
        try:
            takes = [ChosenProposal(comment)]
            results.append(
                incorporate_words(
                    access=access, paragraph=seen, chosen_proposals=takes, version=seen.version
                )
            )
        except StaleVersion as stale:
            results.append(stale.stored_row.text)
        finally:
            connections.close_all()

    pairs = (("staff", "CPV submitted"), ("co_facilitator", "FRA submitted"))
    threads = [threading.Thread(target=take, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    [incorporation] = Incorporation.objects.select_related("comment")
    now = Paragraph.objects.get(pk=key)

    assert now.text == incorporation.comment.proposed
    assert now.version == seen.version + 1
    assert {type(found) for found in results} == {list, str}
    assert now.text in results
    assert room.draft.steps.filter(kind=StepKind.INCORPORATE).count() == 1
