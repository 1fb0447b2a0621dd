"""A person's own pages: their consultations, the capacity they act in, their keys."""
