"""The engine that runs screens: sessions, links and pages."""
