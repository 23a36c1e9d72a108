"""A turn: read, decide, commit. The webhooks and the phone in the terminal take the same turns."""
