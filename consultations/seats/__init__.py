"""Who sits: delegations and groups in a consultation, one by one or from a list."""
