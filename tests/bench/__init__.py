"""Benchmarks: `python -m tests.bench ussd` and `python -m tests.bench broadcast`. Linux only: they read /proc.

The machine drifts, so everything that is compared runs in turns inside one run; compare ratios, not rates of two days.
"""
