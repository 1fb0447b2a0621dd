"""Equivalent mutants: changes after which nobody can tell a difference, each with the reason.

They count neither as noticed nor as missed.
"""

EQUIVALENT: dict[str, str] = {
    "drafts/text/names.py _naming_order: row.parent_id or 0 → row.parent_id": "No paragraph has the id"
    " None or 0.",
    "drafts/text/names.py _names_at_once: row.parent_id or 0 → row.parent_id": "No paragraph has the id"
    " None or 0.",
    "drafts/text/labels.py _parent_id_by_id: paragraph.parent_id and kind_by_id.get(paragraph.parent_id) not"
    " in {None, ParagraphKind.TITLE, ParagraphKind.HEADING} → kind_by_id.get(paragraph.parent_id) not in"
    " {None, ParagraphKind.TITLE, ParagraphKind.HEADING}": "No paragraph has the id None.",
    "comments/bridging/acts.py _lock_row: BridgingProposal.objects.select_for_update().get(pk=proposal.pk)"
    " → pass": "A lock, for two at once.",
    "comments/incorporating/acts.py incorporate_words: lock_for_editing(access, paragraph.draft) → pass": "`edit_paragraph`"
    " asks and locks the same; first here for two at once.",
    "comments/silences/acts.py last_silence_on_text: Silence.objects.filter(consultation=silence.consultation_id)"
    " → Silence.objects.all()": "A text is of one consultation.",
    "comments/letters/acts.py _delegates_of: seat is not None and reader_key not in seen_reader_keys → seat is"
    " not None": "A person has one post at a time in a delegation.",
    "comments/letters/acts.py _delegates_of: seen_reader_keys.add(reader_key) → pass": "A person has one post at a"
    " time in a delegation.",
    "comments/silences/acts.py break_silence: True → False": "What has no key yet is inserted.",
    "comments/letters/acts.py _delegates_of: not reader.is_delegate or reader.delegation is None → not"
    " reader.is_delegate": "A delegate has a delegation.",
    "comments/letters/acts.py send_letter: Consultation.objects.select_for_update().get(pk=access.consultation.pk)"
    " → pass": "A lock, for two at once.",
    "comments/letters/acts.py send_letter: stored_letter.round is not None and stored_letter.deadline is"
    " not None → stored_letter.round is not None or stored_letter.deadline is not None": "No extension"
    " begins without its round and its deadline.",
    "comments/letters/acts.py send_letter: stored_letter.round is not None and stored_letter.deadline is"
    " not None → stored_letter.round is not None": "No extension begins without its deadline.",
    "comments/answers/acts.py review: locked_row(comment) → pass": "A lock, for two at once.",
    "comments/answers/acts.py undo_review: locked_row(comment) → pass": "A lock, for two at once.",
    "comments/answers/acts.py acknowledge: locked_row(review) → pass": "A lock, for two at once.",
    "comments/answers/acts.py undo_review: True → False": "What has no key yet is inserted.",
    "comments/letters/acts.py begin_letter: OfficialLetter.objects.visible_to(access)"
    " → OfficialLetter.objects.all()": "Whoever begins a letter reads all letters here.",
    "comments/drafting/acts.py _seat_to_speak_for: raise ValidationError(_('Only a delegation can submit inputs.'))"
    " → pass": "Who has no seat was refused before, by the table.",
    "comments/drafting/acts.py build_draft: False → True": "A default of what is always given.",
    "comments/drafting/acts.py module: Round.objects.filter(consultation__rounds=REVISION_ROUND_ID)"
    " → Round.objects.all()": "More rows are read; `choose_round` leaves out the others.",
    "comments/bridging/acts.py answer_bridging: _lock_row(asked_seat.proposal) → pass": "A lock, for"
    " two at once.",
    "comments/bridging/acts.py answer_bridging: True → False": "What has no key yet is inserted.",
    "comments/news/acts.py _store_watch: {'paragraph': None, 'seat': None, **target} → {'seat': None, **target}": "One of the two is watched; the database keeps the other empty.",
    "comments/inputs/placement.py place_inputs: current_id in place_by_paragraph_id and current_id !="
    " paragraph_id → current_id != paragraph_id": "What an earlier one led to in the text is in the text; of what"
    " left the text, the next line keeps nothing.",
    "comments/news/acts.py watch_paragraph: access.require(Act.READ_TEXT, on=access.consultation)"
    " → pass": "Everybody with an access reads; the next line asks for this text.",
    "comments/bridging/acts.py incorporate_bridging: lock_for_editing(access, paragraph.draft)"
    " → pass": "`edit_paragraph` asks and locks the same; first here for two at once.",
    "consultations/rules/guards.py why_cannot_object: not comment.in_room or comment.silence_until"
    " is None → comment.silence_until is None": "Under silence stands only what is in a room.",
    "comments/groups/acts.py _require_own: access.seat is None or row.seat_id != access.seat.pk"
    " → row.seat_id != access.seat.pk": "Who has no seat was refused before, by the table.",
    "comments/answers/acts.py end_alignment: access.seat is None or stored_alignment.seat_id != access.seat.pk"
    " → stored_alignment.seat_id != access.seat.pk": "Who has no seat was refused before, by the table.",
    "comments/letters/acts.py send_letter: stored_letter.round is not None and stored_letter.deadline is"
    " not None → stored_letter.deadline is not None": "No extension begins without its round.",
    "comments/drafting/acts.py copy_proposal: Comment.objects.visible_to(access) → Comment.objects.all()": "Unsent drafts of the own seat, outside of rooms, are all visible to who may draft.",
    "comments/news/acts.py mark_all_seen: own_marks.filter(paragraph=None, seen_at__lt=moment)"
    " → own_marks.filter(seen_at__lt=moment)": "The next line deletes the other rows.",
    "comments/news/acts.py choose_mail: is_new or (mail_choice.often, mail_choice.unwanted) =="
    " (frequency, topics_to_store) → (mail_choice.often, mail_choice.unwanted) == (frequency, topics_to_store)": "What is new"
    " was made with what is chosen.",
    "comments/incorporating/acts.py incorporate_words: True → False": "Both lists are made of one another.",
    "comments/submitting/acts.py _highest_numbers: Comment.objects.filter(seat__in=SEAT_IDS)"
    " → Comment.objects.all()": "More rows are read; those of other seats are not asked for.",
    "comments/digests/acts.py items_not_mailed: _sent_digests().filter(reader=user_id, capacity=capacity_key,"
    " consultation=access.consultation) → _sent_digests().filter(reader=user_id, capacity=capacity_key)": "Ids"
    " that a digest of another consultation told are of other rows.",
    "comments/table/compiled.py _state_labels: state_acts.visible_to(access) → state_acts": "Whoever"
    " makes this copy reads all of this consultation, and the revisions are of no other.",
    "comments/table/compiled.py TableRows.count_by_paragraph_id: for paragraph_id, count in counts.items() if count"
    " → for paragraph_id, count in counts.items()": "A paragraph without inputs adds none to a part,"
    " and brings none into it.",
    "consultations/rules/reach.py consultation_slugs_by_delegation_id:"
    " Seat.objects.filter(delegation__in=list(delegation_ids), ended_at=None)"
    " → Seat.objects.filter(ended_at=None)": "More rows are read; those of others are not asked for.",
    "comments/rolling/as_docx.py RollingDocxWriter.__init__: 1 → 2": "The numbers of changes need only differ.",
    "comments/table/compiled.py TableRows: False → True": "A default of a field that is always given.",
}
