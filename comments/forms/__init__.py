"""What people fill in about inputs, answers, papers and mail."""
