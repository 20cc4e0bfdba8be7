"""The nouns of contracts."""
