"""JOIN area: stored with the sender, and answered."""

from rapidsms.contrib.handlers.handlers.keyword import KeywordHandler  # type: ignore[import-not-found,unused-ignore]
from rapidsms.models import Contact  # type: ignore[import-not-found,unused-ignore]


class Join(KeywordHandler):  # type: ignore[misc,unused-ignore]
    keyword = "join"

    def help(self) -> None:
        self.respond("Send JOIN and your area.")

    def handle(self, text: str) -> None:
        connection = self.msg.connections[0]
        connection.contact = Contact.objects.create(name=text)
        connection.save()
        self.respond(f"You get notices for {text}. Send STOP to leave.")
