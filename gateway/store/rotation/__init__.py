"""Re-encryption of every record when the data keys change."""
