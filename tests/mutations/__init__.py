"""Changes of one thing in the code of the rules, each of which a test should notice.

`python -m tests.mutations --count 200 --seed 1`; what it does stands in docs/testing.md.
"""
