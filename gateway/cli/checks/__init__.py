"""The checks of `mwavuli check`, one module a subject."""
