"""The brief of a delegation before a meeting, on the page and on two sheets of paper."""
