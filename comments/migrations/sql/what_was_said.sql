-- Everything that was said on inputs, one row an act, so that what is new is asked in one
-- statement (domain, rule 20). An arm for each kind of act, each with the columns by which it is
-- decided who may read the input (rules 1 and 3). Each arm has an index in the order of time, so
-- that "since a moment" opens no other row. Whoever changes a column that it names drops the view
-- first and makes it again.

CREATE VIEW comments_activity AS
SELECT 'comments'::text AS source, comment.id AS "row", comment.submitted_at AS said_at,
    comment.seat_id AS voice_id, comment.filed_by_id AS act_of_id,
    comment.consultation_id, comment.paragraph_id, comment.round_id, comment.seat_id,
    comment.filed_by_id, comment.submitted_at, comment.discarded_at, comment.consent
FROM comments_comment comment
WHERE comment.submitted_at IS NOT NULL
    AND comment.withdrawn_at IS NULL AND comment.superseded_at IS NULL
UNION ALL
SELECT 'replies', reply.id, reply.created_at, reply.seat_id, reply.seat_id,
    comment.consultation_id, comment.paragraph_id, comment.round_id, comment.seat_id,
    comment.filed_by_id, comment.submitted_at, comment.discarded_at, comment.consent
FROM comments_reply reply JOIN comments_comment comment ON comment.id = reply.comment_id
WHERE reply.withdrawn_at IS NULL
UNION ALL
SELECT 'alignments', alignment.id, alignment.created_at, alignment.seat_id, alignment.seat_id,
    comment.consultation_id, comment.paragraph_id, comment.round_id, comment.seat_id,
    comment.filed_by_id, comment.submitted_at, comment.discarded_at, comment.consent
FROM comments_alignment alignment
JOIN comments_comment comment ON comment.id = alignment.comment_id
WHERE alignment.withdrawn_at IS NULL
UNION ALL
SELECT 'reviews', review.id, review.published_at, comment.seat_id, NULL,
    comment.consultation_id, comment.paragraph_id, comment.round_id, comment.seat_id,
    comment.filed_by_id, comment.submitted_at, comment.discarded_at, comment.consent
FROM comments_review review JOIN comments_comment comment ON comment.id = review.comment_id
WHERE review.replaced_at IS NULL AND review.published_at IS NOT NULL
UNION ALL
SELECT 'acknowledgements', answer.id, answer.acknowledged_at, comment.seat_id, comment.filed_by_id,
    comment.consultation_id, comment.paragraph_id, comment.round_id, comment.seat_id,
    comment.filed_by_id, comment.submitted_at, comment.discarded_at, comment.consent
FROM comments_acknowledgement answer
JOIN comments_comment comment ON comment.id = answer.comment_id;
