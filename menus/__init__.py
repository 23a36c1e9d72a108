"""The screens and the SMS keywords: everything that a phone can be shown. Pure: no I/O, no HTTP, no Redis."""
