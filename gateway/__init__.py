"""The service between basic phones and the organisations that look after the people who hold them."""
