"""What exists: areas, clinics, alerts, people. Pure values, no I/O."""
