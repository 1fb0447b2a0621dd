"""The style page of the demo: every token and component, with invented samples."""
