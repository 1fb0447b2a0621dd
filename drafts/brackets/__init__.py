"""Square brackets: how signs pair, the object of each, who asks for it, how it ends, the ledger."""
