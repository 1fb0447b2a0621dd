"""What every page and every answer of the API stands on: access, confirmation, limits, errors."""
