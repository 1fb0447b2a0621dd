"""The compiled table, made for page and papers alike with a check of the reader's rights.

Also what is made of its rows, the short table, the rolling text and the annexes; and the tables of
own inputs.
"""
