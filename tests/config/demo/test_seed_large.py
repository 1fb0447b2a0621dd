"""The large consultation is complete, has history, and is never created beside a real one."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from comments.models import Comment, Reply, Review
from comments.threads.queries import shown_text_of, thread_of
from config.demo.large_seed import BUSIEST_PARAGRAPH_INPUTS, SeedShape, add_comments, create_large
from consultations.models import Consultation
from consultations.rules.access_factory import capacities_of, make_access
from delegations.models import Post, User
from drafts.circulating.seal import checksum_of_revision
from drafts.models import Revision, Wording
from drafts.words.differences import new_wording, old_wording, redline_from_stored
from tests.kept_rows import Kept


def _seed() -> Consultation:
    """Thirty paragraphs, two hundred inputs."""
    call_command("seed_large", paragraphs=30, comments=200)
    return Consultation.objects.get(slug="large")


KEPT = Kept(_seed, lasts=timedelta(minutes=5))


@pytest.fixture
def seeded(db: None) -> Consultation:
    return KEPT.laid_out()


def _access(email: str) -> Any:
    user = User.objects.get(email=email)
    return make_access(user, "large", capacities_of(user)[0].key)


def test_it_has_the_paragraphs_inputs_and_people_that_were_asked_for(seeded: Consultation) -> None:
    assert Wording.objects.filter(kind="operative").count() == 30
    assert Comment.objects.submitted().count() == 200
    assert Reply.objects.count() == 20
    assert Review.objects.filter(published_at__isnull=True).count() == 20
    assert Post.objects.values("delegation").distinct().count() == 193
    assert Post.objects.held().count() == 2000
    assert seeded.is_invented


def test_every_input_has_a_history_that_says_it_was_written_in_bulk(seeded: Consultation) -> None:
    history = Comment.history.all()
    assert history.count() == 200
    assert set(history.values_list("history_change_reason", flat=True)) == {
        "invented rows, written in bulk"
    }


def test_numbers_run_within_each_delegation(seeded: Consultation) -> None:
    rows = Comment.objects.filter(seat__code="AFG").order_by("pk")
    assert list(rows.values_list("number", flat=True)) == [1, 2]


def test_its_revision_carries_the_seal_of_its_words(seeded: Consultation) -> None:
    revision = Revision.objects.select_related("draft__consultation").get()
    wordings = list(revision.wordings.select_related("paragraph", "parent").order_by("place"))
    assert revision.checksum == checksum_of_revision(revision, wordings)


def test_every_redline_leads_from_the_wording_to_the_proposal(seeded: Consultation) -> None:
    proposals = Comment.objects.filter(kind="replace").select_related("wording")
    assert len(proposals) > 50
    for comment in proposals:
        pieces = redline_from_stored(comment.redline)
        assert (old_wording(pieces), new_wording(pieces)) == (
            comment.wording.text,
            comment.proposed,
        )


def test_one_paragraph_has_more_inputs_than_a_page_holds(seeded: Consultation) -> None:
    access = _access("afg-1@large.example")
    revision = Revision.objects.select_related("draft").get()
    text = shown_text_of(access, revision)
    busiest = max(text.paragraphs, key=lambda paragraph: paragraph.input_count)
    assert busiest.input_count >= BUSIEST_PARAGRAPH_INPUTS
    thread = thread_of(access, text, busiest, 1)
    assert len(thread.shown_comments) == 20
    assert thread.has_next


def test_more_inputs_go_on_where_the_first_ones_ended(seeded: Consultation) -> None:
    shape = SeedShape("other", "Other", 2, 10, 20, 200, 12)
    large = create_large(shape, timezone.now())
    add_comments(large, 30)
    add_comments(large, 170)
    numbers = Comment.objects.filter(consultation=large.consultation, seat=large.seats[0])
    assert list(numbers.order_by("number").values_list("number", flat=True)) == [1, 2]
    assert Post.objects.held().count() == 2000


def test_it_is_never_written_beside_a_real_consultation(db: None) -> None:
    Consultation.objects.create(slug="real", title="A real one")
    with pytest.raises(CommandError, match="holds a real consultation"):
        call_command("seed_large", paragraphs=3, comments=5)
    assert not Comment.objects.exists()
    assert not Post.objects.exists()


def test_a_second_run_says_that_it_stands_already(seeded: Consultation) -> None:
    with pytest.raises(CommandError, match="stands already"):
        call_command("seed_large", paragraphs=3, comments=5)
    assert Comment.objects.count() == 200


def test_nonsense_is_refused_with_a_sentence(db: None) -> None:
    with pytest.raises(CommandError, match="at least one paragraph"):
        call_command("seed_large", paragraphs=0, comments=5)
