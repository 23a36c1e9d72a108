"""A turn: read, decide, commit. The same for the webhooks and the phone in the terminal."""
