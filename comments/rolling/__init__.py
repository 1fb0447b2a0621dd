"""The rolling text: a revision with all proposals in place, on the page and as a paper."""
