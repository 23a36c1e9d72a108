"""Reads what people text: from words to concepts, from concepts to a meaning, or to a question. Pure."""
