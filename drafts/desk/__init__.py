"""The desk: the working text and its steps, brackets, states and rooms; agendas and screens."""
