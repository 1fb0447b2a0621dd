"""The papers of a text alone: each revision as a file, its seal, a copy checked against it."""
