"""What `mwavuli check` looks at, one module a subject."""
