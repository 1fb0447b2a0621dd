"""The writes on consultations, from seats, rounds and meetings to posts, keys and invitations."""
