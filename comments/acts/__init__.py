"""Every write of this app: drafts and inputs, answers, group rooms, minutes, letters, silences.

"Needs `x`" in a docstring means that the caller has loaded this relation of the row already.
"""
