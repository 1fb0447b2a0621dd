"""The compiled table: one authorised value for page and papers, and what is made of its rows.

That is the short table, the rolling text and the annexes; and the tables of own inputs.
"""
