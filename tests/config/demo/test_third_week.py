"""The demonstration in its third week: wherever its people go in two presses, something stands."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.urls import resolve
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from comments.models import (
    Alignment,
    BridgingProposal,
    Comment,
    CommentKind,
    OfficialLetter,
    Reply,
    Review,
    Silence,
    SilenceOutcome,
)
from config.demo.ground import SLUG
from config.demo.other_consultations import ADOPTED_SLUG, BEGUN_SLUG
from config.demo.third_week import seed_three_weeks
from consultations.models import Consent, Consultation, Mail, MailKind, Meeting, Minutes, Seat
from delegations.models import User
from drafts.models import (
    AgendaItem,
    Bracket,
    Descent,
    Nature,
    Revision,
    RoomPart,
    StateAct,
    WordingTranslation,
)

pytestmark = [pytest.mark.django_db, pytest.mark.long]

# Before a meeting nobody has taken minutes: on that page they are begun. Agencies are not asked
# whether they can live with words.
ALLOWED = {"No minutes yet", "Your delegation was not asked yet"}
PAGES_OF_ONE_KIND = 2  # for each person: the page of another input is like that of the first
NOT_PAGES = re.compile(r"/(file|kit|table)/\w+/|/table/\w+/|\.ics")
night = pytest.mark.night


@pytest.fixture(scope="module")
def third_week(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Consultation]:
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_delegations", verbosity=0)
        consultation = seed_three_weeks(timezone.now())
        yield consultation
        transaction.set_rollback(True)


def links_of(page: str) -> list[str]:
    """The addresses inside the consultation to which a page leads, without their fragments."""
    addresses = (unescape(a) for a in re.findall(r'href="(/consultations/[^"#]+)', page))
    return [address for address in dict.fromkeys(addresses) if not NOT_PAGES.search(address)]


@pytest.mark.parametrize(
    "who",
    [
        "facilitator.pt",
        "secretariat",
        "portugal",
        "caboverde",
        pytest.param("staff", marks=night),
        pytest.param("portugal.deputy", marks=night),
        pytest.param("portugal.capital", marks=night),
        pytest.param("egypt", marks=night),
        pytest.param("cotedivoire", marks=night),
        pytest.param("iom", marks=night),
    ],
)
def test_in_two_presses_nobody_comes_to_an_empty_page(third_week: Consultation, who: str) -> None:
    client = Client()
    client.force_login(User.objects.get(email=f"{who}@demo.example"))
    of_one_kind: Counter[str] = Counter()
    seen, empty, addresses = set(), [], [f"/consultations/{SLUG}/"]
    for press in range(3):
        next_addresses = []
        for address in addresses:
            kind = resolve(urlsplit(address).path).view_name
            if address in seen or of_one_kind[kind] == PAGES_OF_ONE_KIND:
                continue
            seen.add(address)
            of_one_kind[kind] += 1
            page = client.get(address).content.decode(errors="replace")
            titles = set(re.findall(r'class="empty__title">([^<]*)', page)) - ALLOWED
            empty += [(press, address, title) for title in titles]
            next_addresses += links_of(page)
        addresses = next_addresses
    assert len(of_one_kind) > 25
    assert empty == []


def test_everything_that_the_platform_does_is_at_work(third_week: Consultation) -> None:
    now = timezone.now()
    inputs = Comment.objects.filter(number__isnull=False)
    assert inputs.count() >= 390
    assert Seat.objects.filter(consultation=third_week).count() >= 58
    revisions = Revision.objects.filter(draft__consultation=third_week)
    assert revisions.filter(draft__slug="plan").count() == 3
    ways = Descent.objects.filter(revision__in=revisions).values_list("how", flat=True)
    assert set(ways) >= {"split", "merge"}
    kinds = set(inputs.values_list("kind", flat=True))
    assert kinds == set(CommentKind)
    assert set(inputs.values_list("language", flat=True)) == {"ar", "en", "es", "fr", "ru", "zh"}
    assert set(inputs.values_list("consent", flat=True)) >= {
        Consent.UNATTRIBUTED,
        Consent.FACILITATORS,
    }
    assert inputs.filter(is_late=True).exists()
    filed_for_groups = inputs.filter(seat__delegation__kind="group")
    assert set(filed_for_groups.values_list("seat__code", flat=True)) == {"AG", "EU"}
    assert inputs.filter(withdrawn_at__isnull=False).exists()
    assert Comment.objects.exclude(received_on=None).exists()
    assert Alignment.objects.count() > 40
    assert Reply.objects.count() > 5
    reviews = Review.objects.filter(comment__consultation=third_week)
    assert reviews.exclude(published_at=None).count() > 100
    assert reviews.filter(published_at=None).count() > 15
    brackets = Bracket.objects.filter(paragraph__draft__slug="resolution")
    assert brackets.filter(is_open=True).count() >= 60
    assert brackets.filter(is_open=False).count() == 5
    assert StateAct.objects.filter(state="agreed", meeting__isnull=False).count() == 5
    assert RoomPart.objects.values("room").distinct().count() == 2
    assert BridgingProposal.objects.filter(asked_at__isnull=False, closed_at=None).count() == 1
    outcomes = sorted(Silence.objects.values_list("outcome", flat=True))
    assert outcomes == ["", SilenceOutcome.ADOPTED, SilenceOutcome.BROKEN]
    assert OfficialLetter.objects.exclude(sent_at=None).count() == 2
    assert Minutes.objects.exclude(issued_at=None).count() == 1
    assert Minutes.objects.filter(ended_at=None).count() == 1
    assert AgendaItem.objects.values("meeting").distinct().count() == 2
    languages = WordingTranslation.objects.values_list("language", flat=True).distinct()
    assert set(languages) == {"ar", "fr"}
    assert Mail.objects.sent().filter(kind=MailKind.DIGEST).count() > 50
    coming = Meeting.objects.filter(consultation=third_week, starts_at__gt=now)
    starts = Counter(coming.values_list("starts_at", flat=True))
    assert max(starts.values()) == 2  # two rooms at one hour


def test_beside_it_stand_one_that_was_adopted_and_one_that_has_just_begun(
    third_week: Consultation,
) -> None:
    adopted = Consultation.objects.get(slug=ADOPTED_SLUG)
    assert adopted.closed_at is not None
    assert Revision.objects.filter(draft__consultation=adopted, nature=Nature.ADOPTED).exists()
    answered = Review.objects.filter(comment__consultation=adopted).exclude(published_at=None)
    assert answered.count() == Comment.objects.filter(consultation=adopted).count()
    begun = Consultation.objects.get(slug=BEGUN_SLUG)
    assert begun.closed_at is None
    assert begun.rounds.get().deadline > timezone.now() + timedelta(days=14)
    client = Client()
    client.force_login(User.objects.get(email="portugal@demo.example"))
    home = client.get("/").content.decode()
    assert all(consultation.title in home for consultation in (third_week, adopted, begun))


def test_a_second_run_changes_nothing(third_week: Consultation) -> None:
    count = Comment.objects.count()
    seed_three_weeks(timezone.now() + timedelta(hours=1))
    assert Comment.objects.count() == count
