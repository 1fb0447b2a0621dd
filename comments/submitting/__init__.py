"""The official acts on inputs: submit, supersede, withdraw."""
