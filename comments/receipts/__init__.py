"""Receipts: what a delegation submitted in one act, on a page, on paper, by mail; and verified."""
