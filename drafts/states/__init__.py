"""The state of a paragraph in the negotiation: agreed ad referendum, parked, for informals, reopened."""
