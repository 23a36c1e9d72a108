"""How callers are told apart in the questions to one contact."""

from gateway.model.contacts import ContactRequests


def test_callers_who_share_a_letter_get_numbers_in_the_order_of_their_questions() -> None:
    requests = ContactRequests()
    for owner in (b"first", b"second", b"third"):
        requests = requests.with_request(owner, "question", requests.free_letter("A"), "sw")
    assert dict(requests.letters) == {b"first": "A", b"second": "A2", b"third": "A3"}
    assert requests.free_letter("B") == "B"
    assert [owner for owner, _agreed in requests.named("A2").owners] == [b"second"]
