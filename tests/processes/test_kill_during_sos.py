"""An SOS while its worker is dead: stored at once, and sent as soon as a worker is there."""

from tests.harness.cast import RESPONDERS
from tests.harness.stack import TUNING, started

HELP = "+254711000701"


def test_a_missed_call_is_kept_while_the_worker_is_dead() -> None:
    with started(f'{TUNING}[voice]\nsos_number = "{HELP}"\n') as stack:
        stack.command("feature", "on", "sos", "--by", "Zuhura", "--yes")
        amina, bahati, rehema = (stack[name] for name in ("Amina", "Bahati", "Rehema"))
        assert "takes no calls" in bahati.call(HELP), "a caller without safety settings is unknown"
        amina.dial()
        amina.choose("English", "Talk to someone", "I need someone now", "Who gets my call", "+ The rest of the team")
        stack.kill("alerts")
        assert amina.call(HELP) == ""
        assert rehema.texts() == []
        stack.start("alerts")
        code = rehema.gets(r"^(\d{4}): you are needed")[1]
        assert stack["Salma"].gets(code)
        rehema.dial()
        rehema.choose("English", "PIN")
        rehema.press(RESPONDERS["Rehema"][3])
        rehema.choose("Team")
        rehema.choose("Calls for help: 1")
        rehema.press(code)
        rehema.choose("I am coming")
        amina.gets("on duty")
        amina.gets("1 person saw it. Where are you?")
        for name in RESPONDERS:
            assert [code in text for text in stack[name].texts()] == [True], "once each"
