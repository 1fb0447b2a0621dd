"""Every write on comments: drafts, official acts, answers, group rooms, what people follow.

"Needs `x`" in a docstring means that the caller has loaded this relation of the row already.
"""
