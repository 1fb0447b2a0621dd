"""A translation imported twice at the same moment: the second import finds the first."""

import pytest

from drafts.models import WordingTranslation
from tests.drafts.languages.test_translating import FRENCH, translate
from tests.locks import second_of
from tests.room import Room

pytestmark = pytest.mark.every_server


def test_of_one_translation_imported_twice_at_once_the_second_changes_nothing(
    committed_room: Room,
) -> None:
    WordingTranslation.objects.filter(wording__revision=committed_room.revision).delete()

    assert second_of(lambda: translate(committed_room, FRENCH, "fr")) == 0

    stored = WordingTranslation.objects.filter(wording__revision=committed_room.revision)
    assert sorted(stored.values_list("text", flat=True)) == sorted(FRENCH)
