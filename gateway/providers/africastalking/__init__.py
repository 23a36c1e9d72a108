"""Africa's Talking, through its own SDK."""
