"""Kannel, through its sendsms interface."""
