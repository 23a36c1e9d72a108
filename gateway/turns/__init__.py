"""Turns: read, decide, commit. The webhooks and the phone in the terminal use the same turns."""
