"""What happens after the reply: deliver, broadcast, verify, refer, follow up, expire."""
