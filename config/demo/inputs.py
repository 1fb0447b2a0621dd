"""Drafts and submits inputs of the demonstration, as its files list them.

An input in a JSON file has the code of a `delegation` (or the name of a `person`), the label of a
`paragraph`, its content (`kind`, `rationale` and so on), and what happens to it later ("align",
"review", "withdrawn", …).
"""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

from comments.drafting.acts import draft_comment
from comments.inputs.content import CommentContent
from comments.models import Comment
from comments.submitting.acts import submit_comments
from config.demo.ground import access_of_person, read_data, replace_once
from drafts.models import Draft, Revision, Wording


def latest_wording_by_label(draft: Draft) -> dict[str, Wording]:
    """The wordings of the last revision by label; the title under "title"."""
    revision = Revision.objects.filter(draft=draft).order_by("-number")[0]
    wordings = revision.wordings.select_related("revision__draft", "paragraph__draft")
    return {"title" if wording.kind == "title" else wording.label: wording for wording in wordings}


def submit_inputs(
    inputs: list[dict[str, Any]],
    draft: Draft,
    moment: datetime,
    *,
    apart: timedelta = timedelta(hours=3),
) -> list[Comment]:
    """Let one delegation after the other draft its inputs and submit them in one act.

    Returns them in the order of `inputs`.
    """
    wording_by_label = latest_wording_by_label(draft)
    indexes_by_code: dict[str, list[int]] = defaultdict(list)
    for index, input_data in enumerate(inputs):
        indexes_by_code[input_data["delegation"]].append(index)
    comment_by_index: dict[int, Comment] = {}
    for turn, (delegation_code, indexes) in enumerate(indexes_by_code.items()):
        access = access_of_person(
            focal_point_email(delegation_code), moment + turn * apart, draft.consultation.slug
        )
        group_seat_by_code = {seat.code: seat for seat in access.coordinated_seats}
        draft_comments = []
        for input_data in (inputs[index] for index in indexes):
            wording = wording_by_label[input_data["paragraph"]]
            draft_comments.append(
                draft_comment(
                    access=access,
                    wording=wording,
                    seat=group_seat_by_code.get(input_data.get("group", "")),  # None: its own
                    content=content_of(input_data, wording.text),
                )
            )
        submitted_comments = submit_comments(access=access, comments=draft_comments)
        comment_by_index |= dict(zip(indexes, submitted_comments, strict=True))
    return [comment_by_index[index] for index in range(len(inputs))]


def focal_point_email(delegation_code: str) -> str:
    """Of a person who is named in `people.json`, else of one who has the code as address."""
    named_people = (
        person["email"]
        for person in read_data("people.json")
        if person.get("posts", {}).get(delegation_code) == "focal_point"
    )
    return str(next(named_people, f"{delegation_code.lower()}@demo.example"))


def content_of(input_data: dict[str, Any], wording_text: str) -> CommentContent:
    """The content of an input; "change" lists pairs of words: the present ones, the new ones."""
    proposed = input_data.get("proposed", "")
    if "change" in input_data:
        proposed = wording_text
        for old, new in input_data["change"]:
            proposed = replace_once(proposed, old, new)
    return CommentContent(
        kind=input_data["kind"],
        type=input_data.get("type", "substantive"),
        proposed=proposed,
        rationale=input_data.get("rationale", ""),
        language=input_data.get("language", "en"),
        consent=input_data.get("consent"),
    )


def comment_of(input_data: dict[str, Any], draft: Draft) -> Comment:
    """The submitted input that was made of an item of a file; the latest of several versions."""
    comments = Comment.objects.select_related(
        "seat", "filed_by", "round", "consultation", "paragraph__draft", "wording"
    ).filter(
        filed_by__code=input_data["delegation"],
        paragraph__draft=draft,
        wording__label="" if input_data["paragraph"] == "title" else input_data["paragraph"],
        seat__code=input_data.get("group", input_data["delegation"]),
        number__isnull=False,
    )
    return comments.order_by("-pk")[0]
