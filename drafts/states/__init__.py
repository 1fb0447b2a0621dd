"""The state of a paragraph: agreed ad referendum, parked, for informals, reopened."""
