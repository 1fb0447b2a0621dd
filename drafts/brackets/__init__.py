"""Square brackets: how signs pair, the object of each pair, who asks for it, how it ends, the ledger."""
