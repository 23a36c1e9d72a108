"""Keys, seals, tokens and keyed hashes."""
