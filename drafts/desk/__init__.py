"""The working text: every write to it, each as a step that can be undone."""
