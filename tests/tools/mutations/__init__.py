"""Changes of one thing in the code of the rules, each of which a test should notice.

`python -m tests.tools.mutations --count 200 --seed 1`; what it does stands in docs/testing.md.
Our own, because mutmut takes every change of a file, on a copy of the project; here a few are drawn
by a seed out of all modules, and asked of the tests that reach the line, on the kept rows.
"""
