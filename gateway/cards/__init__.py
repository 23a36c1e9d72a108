"""Cards to print for people off the phone: what to dial and press, taken from the menus that answer."""
