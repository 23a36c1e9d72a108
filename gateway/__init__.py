"""The service between basic phones and the organisations that support their owners."""
