"""Texts to the short code: keywords, and the texts of staff and clinics."""
