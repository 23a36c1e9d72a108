"""The gates of the words that phones show: small pure functions from one language's texts to findings."""
