"""What each task of the work queue does."""
