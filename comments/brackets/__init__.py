"""The ledger of brackets on its page and in the API."""
