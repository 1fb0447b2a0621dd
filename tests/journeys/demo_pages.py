"""The pages of a consultation, with who of the demonstration opens each and at which address."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.core.cache import cache
from playwright.sync_api import Page

from comments.answers.acts import review
from comments.inputs.queries import unanswered_inputs
from comments.kit.file_rows import ParsedFile, PlainTableRow
from comments.kit.upload import Upload
from comments.models import Alignment, Comment, Export, Reply, Review
from comments.receipts.receipt import in_fours, receipts_of, submission_of
from comments.review.acts import save_filter
from comments.review.publishing import parts_to_publish
from config.demo.ground import SLUG
from consultations.models import Meeting, Round
from consultations.rules.access import Access
from consultations.rules.access_factory import capacities_of, make_access
from delegations.models import Post, User
from drafts.importing.kept_file import KeptFile
from drafts.models import Draft, Revision, Wording
from drafts.parsing.sandbox import read_draft
from tests.journeys.shown import Shown

FOCAL_POINT = "portugal"
FACILITATOR = "facilitator.pt"
SECRETARIAT = "secretariat"
KEPT = "7b1c1e32-9d5c-4a27-8a1c-0c1b0f4a9d10"


def access_of(who: str) -> Access:
    user = User.objects.get(email=f"{who}@demo.example")
    return make_access(user, SLUG, capacities_of(user)[0].key)


def comment(code: str, number: int) -> Comment:
    return Comment.objects.select_related("paragraph").get(filed_by__code=code, number=number)


def wording(label: str) -> Wording:
    """What the paragraph says in the last circulated revision of the plan."""
    wordings = Wording.objects.filter(revision__draft__slug="plan", label=label)
    return wordings.select_related("paragraph").order_by("-revision__number")[0]


def _plan(**more: Any) -> Callable[[], dict[str, Any]]:
    return lambda: {"draft": "plan", **more}


def _open(label: str, **more: Any) -> Callable[[], dict[str, Any]]:
    return lambda: {"open": wording(label).paragraph.public_id, **more}


def _input_of(code: str, number: int) -> Callable[[], dict[str, Any]]:
    return lambda: {"comment": comment(code, number).public_id}


def _drafted() -> dict[str, Any]:
    own = Comment.objects.filter(filed_by__code="PRT", submitted_at=None, discarded_at=None)
    return {"comment": own.order_by("pk")[0].public_id}


def _first(model: Any, name: str, **conditions: Any) -> Callable[[], dict[str, Any]]:
    return lambda: {name: model.objects.filter(**conditions).order_by("pk")[0].public_id}


def _last_round() -> dict[str, Any]:
    return {"round": Round.objects.order_by("-deadline")[0].public_id}


def _unopened_round() -> dict[str, Any]:
    """A third round of the resolution's, not yet open: its visibility may still be set."""
    facilitator = access_of(FACILITATOR)
    last = Round.objects.order_by("-deadline")[0]
    found, _made = Round.objects.get_or_create(
        consultation=facilitator.consultation,
        name="Third round",
        defaults={
            "opens_at": last.deadline.replace(hour=22),
            "deadline": last.deadline.replace(hour=23),
            "visibility": "at_once",
        },
    )
    return {"round": found.public_id}


def _kept_file() -> dict[str, Any]:
    """A file that was sent for import, as the page of its preview finds it."""
    access = access_of(FACILITATOR)
    text = Draft.objects.get(slug="resolution")
    words = (
        "Reaffirming its resolve,\n\n1. Adopts the Plan;\n\n2. Asks for a report in two years.\n"
    )
    key = f"import:{access.user.pk}:{access.capacity.key}:{text.pk}:{KEPT}"
    content = words.encode()
    read = read_draft("resolution.txt", content)
    cache.set(key, KeptFile("resolution.txt", content, b"", {}, read))
    return {"draft": "resolution", "kept": KEPT}


def _kept_kit() -> dict[str, Any]:
    """A table of a ministry, as the page that shows what it brings finds it."""
    access = access_of(FOCAL_POINT)
    text = Revision.objects.get(draft__slug="plan", number=2)
    rows = (
        PlainTableRow(1, ("12", "To name the agencies.", "And the agencies concerned.")),
        PlainTableRow(2, ("99", "Which one?", "")),
        PlainTableRow(3, ("14", "", "")),
    )
    file = ParsedFile(None, headings=("Paragraph", "Comment", "Proposed text"), plain_rows=rows)
    columns = {0: "label", 1: "rationale", 2: "proposed"}
    key = f"kit:{access.user.pk}:{access.capacity.key}:{text.pk}:{KEPT}"
    cache.set(key, Upload("remarks.docx", file, "en", columns))
    return {"draft": "plan", "number": 2, "kept": KEPT}


def _table(**more: Any) -> Callable[[], dict[str, Any]]:
    def query() -> dict[str, Any]:
        revisions = Revision.objects.filter(draft__slug="plan").order_by("number")
        return {
            "revision": [str(row.public_id) for row in revisions],
            "copy": "circulation",
            "layout": "grid",
            "cut_off": access_of(FOCAL_POINT).moment.isoformat(),
            **more,
        }

    return query


def _paper() -> dict[str, Any]:
    """A paper that is being written for the focal point."""
    access = access_of(FOCAL_POINT)
    found, _made = Export.objects.get_or_create(
        consultation=access.consultation,
        owner=access.user,
        capacity=access.capacity.key,
        defaults={
            "parameters": {
                "revisions": [str(Revision.objects.filter(draft__slug="plan")[0].public_id)],
                "copy": "circulation",
                "layout": "grid",
                "format": "pdf",
                "language": "en",
                "title": "Table of Inputs on First Draft",
                "filename": "table.pdf",
            },
            "cut_off": access.moment,
        },
    )
    return {"paper": found.public_id}


def _closable() -> dict[str, Any]:
    """An input without an answer. Both pages ask before they do anything."""
    return {"comment": unanswered_inputs(access_of(FACILITATOR)).latest("pk").public_id}


def _saved_filter() -> dict[str, Any]:
    """A filter of the review queue that was kept under a name."""
    saved = save_filter(access=access_of(FACILITATOR), name="Late", query="is_late=on")
    return {"saved_filter": saved.public_id}


def _to_publish() -> dict[str, Any]:
    """The preview of all that waits, once something does."""
    review(
        access=access_of(FACILITATOR),
        comment=unanswered_inputs(access_of(FACILITATOR))
        .select_related("round", "consultation", "paragraph__draft")
        .earliest("pk"),
        disposition="partly",
        observation="The second half is in the text of Rev.1.",
    )
    return {"parts": [part.key for part in parts_to_publish(access_of(FACILITATOR))]}


def _receipt() -> dict[str, Any]:
    return {"receipt": receipts_of(access_of(FOCAL_POINT))[0].public_id}


def _asked(*, genuine: bool) -> dict[str, str]:
    """What somebody types who holds a receipt of the focal point's delegation."""
    found = submission_of(access_of(FOCAL_POINT), _receipt()["receipt"])
    checksum = in_fours(found.checksum)
    return {
        "number": str(found.receipt.public_id),
        "checksum": checksum if genuine else checksum[::-1],
    }


def _make_address(page: Page) -> None:
    """The page shows the secret address once."""
    page.locator("main [name=name]").fill("Outlook")
    with page.expect_navigation():
        page.locator("main form .button--strong").click()


PAGES = (
    Shown("home", FOCAL_POINT),
    Shown("home", SECRETARIAT),
    Shown("capacity", FOCAL_POINT),
    Shown("keys", FOCAL_POINT),
    Shown("api", FOCAL_POINT),
    # the frame
    Shown("calendar", FOCAL_POINT),
    Shown("calendar", FOCAL_POINT, note="made", act=_make_address),
    Shown("meetings", FOCAL_POINT),
    Shown("meetings", FACILITATOR),
    Shown("move_meeting", FACILITATOR, _first(Meeting, "meeting")),
    Shown("cancel_meeting", FACILITATOR, _first(Meeting, "meeting")),
    Shown("agenda", FACILITATOR, _first(Meeting, "meeting")),
    Shown("people", FOCAL_POINT),
    Shown("people", SECRETARIAT),
    Shown("mails", SECRETARIAT),
    Shown("end_post", FOCAL_POINT, _first(Post, "post", delegation__code="PRT", role="deputy")),
    Shown("rounds", FOCAL_POINT),
    Shown("rounds", FACILITATOR),
    Shown("close_round", FACILITATOR, _last_round),
    Shown("extend_deadline", FACILITATOR, _last_round),
    Shown("set_visibility", FACILITATOR, _unopened_round),
    # the texts
    Shown("drafts", FOCAL_POINT),
    Shown("drafts", FACILITATOR),
    Shown("new_draft", FACILITATOR),
    Shown("import_file", FACILITATOR, _plan()),
    Shown("import_preview", FACILITATOR, _kept_file),
    Shown("draft_settings", FACILITATOR, _plan()),
    Shown("import_preview", FACILITATOR, _kept_file, lambda: {"row": "3"}, note="correcting"),
    Shown("circulate", FACILITATOR, _plan()),
    *(
        Shown("circulate", FACILITATOR, _plan(), partial(dict, show=part), note=part)
        for part in ("clean", "concordance", "inputs")
    ),
    Shown("circulated", FACILITATOR, _plan(number=2)),
    Shown("adopt_text", FACILITATOR, _plan()),
    # reading, and what is said
    Shown("consultation", FOCAL_POINT),
    Shown("consultation", FACILITATOR),
    Shown("consultation", SECRETARIAT),
    Shown("latest", FOCAL_POINT, _plan()),
    Shown("latest", FACILITATOR, lambda: {"draft": "resolution"}, note="resolution"),
    Shown("reading", FOCAL_POINT, _plan(number=2), _open("12"), note="thread"),
    Shown("reading", "egypt", _plan(number=2), _open("14"), note="thread"),
    Shown("reading", FACILITATOR, _plan(number=2), lambda: {"against": 1}, note="compared"),
    Shown("concordance", FOCAL_POINT, _plan(number=2)),
    Shown("kit", FOCAL_POINT, _plan(number=2)),
    Shown("kit_preview", FOCAL_POINT, _kept_kit),
    Shown("wording_history", FOCAL_POINT, lambda: {"paragraph": wording("12").paragraph.public_id}),
    Shown("comment", FOCAL_POINT, _input_of("PRT", 1)),
    Shown("edit_comment", FOCAL_POINT, _drafted),
    Shown("discard_comment", FOCAL_POINT, _drafted),
    Shown("submit_comment", FOCAL_POINT, _drafted),
    Shown("submit_all", FOCAL_POINT),
    Shown("receipts", FOCAL_POINT),
    Shown("receipt", FOCAL_POINT, _receipt),
    Shown("verify_receipt"),
    Shown("verify_receipt", query=lambda: _asked(genuine=True), note="genuine"),
    Shown("verify_receipt", query=lambda: _asked(genuine=False), note="not-ours"),
    Shown("verify_receipt", query=lambda: {"number": "PRT-1"}, note="half", status=422),
    Shown("workspace", FOCAL_POINT),
    Shown("supersede_comment", FOCAL_POINT, _input_of("PRT", 4)),
    Shown("withdraw_comment", FOCAL_POINT, _input_of("PRT", 4)),
    Shown("reply", FOCAL_POINT, _input_of("PRT", 4)),
    Shown("withdraw_reply", "facilitator.cv", _first(Reply, "reply")),
    Shown("align", FOCAL_POINT, _input_of("CHN", 3)),
    Shown("end_alignment", FOCAL_POINT, _first(Alignment, "alignment", seat__code="PRT")),
    Shown(
        "acknowledge",
        FOCAL_POINT,
        _first(Review, "review", comment__filed_by__code="PRT"),
    ),
    # what facilitators answer
    Shown("review_queue", FACILITATOR),
    Shown("remove_filter", FACILITATOR, _saved_filter),
    Shown("decisive_words", SECRETARIAT),
    Shown("decisive_words", FACILITATOR),
    Shown("text_map", FACILITATOR),
    Shown("text_map", FACILITATOR, query=lambda: {"section": "3"}, note="section"),
    Shown("review_figures", FACILITATOR),
    Shown(
        "review_paragraph", FACILITATOR, lambda: {"paragraph": wording("12").paragraph.public_id}
    ),
    Shown("close_input", FACILITATOR, _closable),
    Shown("reopen_input", FACILITATOR, _closable),
    Shown("publish_reviews", FACILITATOR, query=_to_publish, note="preview"),
    Shown("publish_reviews", FACILITATOR),
    Shown("digest", FACILITATOR, _first(Meeting, "meeting")),
    # the table
    Shown("table", FOCAL_POINT, query=_table()),
    Shown("table", FACILITATOR, query=_table(copy="facilitators", layout="blocks"), note="blocks"),
    Shown("papers", FOCAL_POINT),
    Shown("paper", FOCAL_POINT, _paper),
)
