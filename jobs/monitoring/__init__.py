"""What the scheduler watches, and the alarms it raises."""
