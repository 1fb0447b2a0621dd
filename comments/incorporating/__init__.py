"""Words of inputs set into the working text, with the record of whose they are."""
