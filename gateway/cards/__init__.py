"""Cards to print for callers, verifiers and nurses: what to dial and press, taken from the real menus."""
