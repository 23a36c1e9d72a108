"""The desk: web pages for the organisation's staff, in a process of its own. Every page works without a script."""
