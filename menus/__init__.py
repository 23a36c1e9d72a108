"""What a phone can be shown: the screens and the SMS keywords. Pure: no I/O, no HTTP, no Redis."""
