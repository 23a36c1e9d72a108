"""What causes each text that says "dial", and where the person who reads it finds what it is about."""

from collections.abc import Callable
from dataclasses import dataclass

from gateway.model import intents
from gateway.model.alert import AlertKind, RejectReason
from gateway.model.client_report import CLIENTS_FEATURE
from gateway.model.clinic_state import DAY_S, ClinicTask
from gateway.model.contacts import CONTACTS_FEATURE
from gateway.model.safe_call import SAFE_CALL_FEATURE
from gateway.model.sos import SOS_FEATURE
from gateway.model.sos_answer import SosAnswer
from gateway.model.staff import MAX_WRONG_PINS, Role
from gateway.model.subscription import Wording
from jobs import scheduler
from tests.harness.steps_clients import make_members, report_by_three, report_client
from tests.harness.steps_contacts import add_contacts
from tests.harness.steps_safe_call import HOUR, start_safe_call
from tests.harness.steps_sos import open_sos
from tests.harness.steps_turns import agreed_visit, area_id, do
from tests.harness.town import Town

VISIT = "40000"


@dataclass(frozen=True)
class Landing:
    """A phone that gets a text, and the screen that shows what the text is about."""

    who: str
    screen: str
    happens: Callable[[Town], None]
    shows: str = ""
    """words of that screen"""


def _warn(style: Wording = Wording.NEUTRAL, *, update: bool = False) -> Callable[[Town], None]:
    def happens(town: Town) -> None:
        do(town, "Amina", intents.Subscribe(area_id(town)), intents.SetWording(style))
        do(town, "Sabra", intents.SendAlert(AlertKind.RAID, area_id(town), "Gate", "", int(town.now()) + 3600))
        if update:
            town.work()
            [alert] = town.store.read_world().alerts.values()
            do(town, "Sabra", intents.UpdateAlert(alert.number, "Port", "", int(town.now()) + 3600))

    return happens


def _visit(town: Town) -> None:
    do(town, "Amina", *agreed_visit(town, VISIT))


def _clinic_says(answer: int, words: str = "") -> Callable[[Town], None]:
    def happens(town: Town) -> None:
        _visit(town)
        do(town, "Nurse", intents.AnswerReferral(VISIT, answer, words))

    return happens


def _clinic_is_silent(town: Town) -> None:
    _visit(town)
    for _ in range(3):
        town.work()
        town.sleep(1900)


def _visit_is_over(town: Town) -> None:
    _visit(town)
    town.sleep(172800 + 60)


def _visitor_writes(town: Town) -> None:
    _visit(town)
    do(town, "Amina", intents.AskClinic(VISIT, "when?"))


def _question(town: Town) -> None:
    do(town, "Dafina", intents.AskUs("may I refuse?", "", True))


def _answered(town: Town) -> None:
    _question(town)
    [asked] = town.store.read_world().conversations.values()
    do(town, "Asha", intents.AnswerQuestion(asked.code, "You can."))


def _report(town: Town) -> None:
    do(town, "Chiku", intents.SubmitReport(AlertKind.RAID, area_id(town), "gate"))


def _answer_after_decision(town: Town) -> None:
    _report(town)
    [report] = town.store.read_world().alerts.values()
    do(town, "Vera", intents.AskReporters(report.number, "sure?"))
    do(town, "Wema", intents.RejectReport(report.number, RejectReason.UNCLEAR))
    town.sleep(300)
    [asked] = town.store.read_world().conversations.values()
    do(town, "Chiku", intents.AnswerVerifier(asked.code, "yes"))


def _two_reports(town: Town) -> None:
    _report(town)
    do(town, "Dafina", intents.SubmitReport(AlertKind.HOTEL, area_id(town), "gate"))


def _reporter_is_asked(town: Town) -> None:
    _report(town)
    [alert] = town.store.read_world().alerts.values()
    do(town, "Vera", intents.AskReporters(alert.number, "how many?"))


def _news(town: Town) -> None:
    town.turn_on(CLIENTS_FEATURE)
    make_members(town, "Amina", "Bahati", "Chiku", "Dafina", hear=True)
    report_by_three(town)


def _removal(town: Town) -> None:
    town.turn_on(CLIENTS_FEATURE)
    make_members(town, "Amina")
    do(town, "Vera", intents.RemoveClientReport(report_client(town, "Amina")))


def _not_back(town: Town) -> None:
    town.turn_on(CONTACTS_FEATURE, SAFE_CALL_FEATURE)
    add_contacts(town)
    start_safe_call(town)
    town.sleep(HOUR + 61)


def _sos(*answers: SosAnswer) -> Callable[[Town], None]:
    """Return a call of a known phone, and these answers: of Rehema first, then of Salma."""

    def happens(town: Town) -> None:
        town.turn_on(SOS_FEATURE)
        do(town, "Amina", intents.Subscribe(area_id(town)), intents.RaiseSos())
        town.work()
        for name, answer in zip(("Rehema", "Salma"), answers, strict=False):
            [sos] = open_sos(town.store).values()
            _answer_sos(town, name, sos.code, answer)
            town.work()

    return happens


def _answer_sos(town: Town, name: str, code: str, answer: SosAnswer) -> None:
    labels = {SosAnswer.DONE: "It has ended, all is well", SosAnswer.FALSE_ALARM: "It was a false alarm"}
    phone = town[name]
    town.sleep(300)
    phone.dial("1", "7", {"Rehema": "1212", "Salma": "3434"}[name], "8")
    phone.choose("Calls for help", code, "Say that it is over", labels[answer])
    while phone.open and phone.key_of("Yes"):
        phone.choose("Yes")


def _off_duty_sos(town: Town) -> None:
    town.turn_on(SOS_FEATURE)
    do(town, "Salma", intents.SetDuty(is_on_duty=False))
    town["Dafina"].text("SOS by the port")
    town.work()
    town.sleep(61)
    town.work()


def _more_words(town: Town) -> None:
    town.turn_on(SOS_FEATURE)
    town["Dafina"].text("SOS by the port")
    town.work()
    [sos] = open_sos(town.store).values()
    town["Salma"].dial("1", "7", "3434", "8")
    town["Salma"].choose("Calls for help", sos.code, "I am coming")
    town.work()
    town["Dafina"].text("blue door")


def _nobody_comes_any_more(town: Town) -> None:
    _sos()(town)
    [sos] = open_sos(town.store).values()
    for answer in (SosAnswer.COMING, SosAnswer.CANNOT):
        do(town, "Salma", intents.AnswerSos(sos.code, answer))
    town.work()


def _staff_id(town: Town, name: str) -> str:
    return next(person.id for person in town.store.read_world().roster.people if person.name == name)


def _change_of(name: str, *, is_agreed: bool = False) -> Callable[[Town], None]:
    def happens(town: Town) -> None:
        id_ = _staff_id(town, name)
        do(town, "Zuhura", intents.ChangeStaff(id_, frozenset({Role.SENDER}), ""))
        if is_agreed:
            do(town, "Wema", intents.AgreeToStaffChange(id_))

    return happens


def _block_is_doubted(town: Town) -> None:
    _blocked(town)
    do(town, "Wema", intents.LetStaffBack(_staff_id(town, "Vera")))


def _change_is_declined(town: Town) -> None:
    _change_of("Sabra")(town)
    do(town, "Wema", intents.DeclineStaffChange(_staff_id(town, "Sabra")))


def _blocked(town: Town) -> None:
    do(town, "Zuhura", intents.LockOutStaff(_staff_id(town, "Vera")))


def _check_is_old(town: Town) -> None:
    town.clock("Mon 12:00")
    town.sleep(91 * DAY_S)
    scheduler.sweep(town.context)
    town.let_pass_lane("bulk", ClinicTask.REVIEW_CLINICS)


def _stranger_calls(town: Town) -> None:
    town.turn_on(SOS_FEATURE)
    town["Dafina"].text("SOS")


def _locked(town: Town) -> None:
    do(town, "Vera", *[intents.RecordPinAttempt(is_correct=False)] * MAX_WRONG_PINS)


def _ended_by_another(town: Town) -> None:
    _warn()(town)
    [alert] = town.store.read_world().alerts.values()
    do(town, "Vera", intents.EndAlert(alert.number))


def _nothing(town: Town) -> None:
    """Let nothing happen: the text names no one thing, or answers what the phone just texted."""


ANNOUNCED: dict[str, tuple[Landing, ...]] = {
    "An answer waits for you. Dial {dial}": (
        Landing("Amina", "referrals.referral_details", _clinic_says(5, "no PEP till Monday"), "no PEP till Monday"),
        Landing("Amina", "referrals.referral_details", _clinic_says(1), "You can come"),
        Landing("Amina", "referrals.referral_details", _clinic_is_silent, "Other places"),
        Landing("Dafina", "questions.answer", _answered, "You can."),
    ),
    "We have one question for you. Dial {dial}": (
        Landing("Amina", "referrals.rate_visit", _visit_is_over, "How was the visit?"),
        Landing("Chiku", "reporter_questions.question", _reporter_is_asked, "how many?"),
    ),
    "Something new to read. Dial {dial}": (Landing("Dafina", "client_news.new_near_me", _news, "Robs people"),),
    "A reminder waits for you. Dial {dial}, then press {keys}": (
        Landing("Amina", "safe_call.reminder", _not_back, "I am back"),
    ),
    "Notice for {where}: {at} to {until}. Details: dial {dial}": (
        Landing("Amina", "alerts.alert_details", _warn(), "Police raid"),
    ),
    "{phrase}, {where} {at}-{until}. Info: dial {dial}": (
        Landing("Amina", "alerts.alert_details", _warn(Wording.CODE), "Police raid"),
    ),
    "{kind}: {where}. {at} to {until}.{words} Details: dial {dial}": (
        Landing("Amina", "alerts.alert_details", _warn(Wording.PLAIN), "Police raid"),
    ),
    "News for {where}, until {until}. Details: dial {dial}": (
        Landing("Amina", "alerts.alert_details", _warn(update=True), "Port"),
    ),
    "{phrase}, {where}: now until {until}. Info: dial {dial}": (
        Landing("Amina", "alerts.alert_details", _warn(Wording.CODE, update=True), "Port"),
    ),
    "Changed: {kind}, {where}. Until {until}.{words} Details: dial {dial}": (
        Landing("Amina", "alerts.alert_details", _warn(Wording.PLAIN, update=True), "Port"),
    ),
    "{code}: you are needed. Dial {dial}": (Landing("Rehema", "responders.sos_list", _sos()),),
    "{code}: a colleague says: no help needed. Is that true? Dial {dial}": (
        Landing("Salma", "responders.sos_list", _sos(SosAnswer.DONE)),
    ),
    "{code}: nobody comes any more. You are needed. Dial {dial}": (
        Landing("Rehema", "responders.sos_list", _nobody_comes_any_more),
    ),
    "{code}: a question waits for you. Dial {dial}": (Landing("Asha", "advice.question_list", _question),),
    "{code}: you are off duty, but needed. Dial {dial}": (Landing("Salma", "responders.sos_list", _off_duty_sos),),
    "{code}: there is something new. Dial {dial}": (Landing("Salma", "responders.sos_list", _more_words),),
    "A change in the team waits for a second person. Dial {dial}": (
        Landing("Wema", "colleagues.colleague_list", _change_of("Sabra"), "! Sabra"),
    ),
    "Your tasks in the team have changed. Dial {dial}": (
        Landing("Sabra", "own_role.own_role", _change_of("Sabra", is_agreed=True), "You get texts."),
    ),
    "{admin} blocked the phone of {name}. Is that wrong? Dial {dial}": (
        Landing("Wema", "colleagues.colleague_list", _blocked, "Vera"),
    ),
    "{name} says: it was wrong to block the phone of {person}. Dial {dial}": (
        Landing("Zuhura", "colleagues.colleague_list", _block_is_doubted, "! Vera"),
    ),
    "{name} said no to your change about {person}. Dial {dial}": (
        Landing("Zuhura", "colleagues.colleague_list", _change_is_declined, "Sabra"),
    ),
    "If yes, text {word}. If not, dial {dial}": (
        Landing("Nurse", "clinic_place.place", _check_is_old, "Callers read now"),
    ),
    "A note waits for a second person. Dial {dial}": (Landing("Wema", "moderation.client_report_list", _removal),),
    "Visitor {code} wrote to you. Dial {dial}": (Landing("Nurse", "clinic_answers.referral_code", _visitor_writes),),
    "The PIN of {name} is locked. Is {name} beside you? Then dial {dial} to unlock it.": (
        Landing("Zuhura", "team.locked_list", _locked, "Vera"),
    ),
    "{name} ended notice {number}. To send it again dial {dial}": (
        Landing("Sabra", "team.live_list", _ended_by_another, "Ended:"),
    ),
    "Please check notice {number}, {area}. Dial {dial}": (Landing("Vera", "team.check_list", _report, "Police raid"),),
    "There is more on notice {number}, which is decided. Dial {dial}": (
        Landing("Vera", "team.live_list", _answer_after_decision, "Not sent:"),
    ),
    "Please check notice {number}, {area}. In the list: {n}. Dial {dial}": (
        Landing("Wema", "team.check_list", _two_reports, "Police raid"),
    ),
}
"""texts that begin with us; each scenario makes the text come"""
AFTER: dict[str, Landing] = {
    "{n} person needs you. Dial {dial}": Landing("Rehema", "responders.sos_list", _stranger_calls),
    "{n} people need you. Dial {dial}": Landing("Rehema", "responders.sos_list", _stranger_calls),
    "Our team says it has ended. Do you still need someone? Dial {dial}": Landing("Amina", "sos.sos_menu", _sos()),
    "You are not alone. For help now: dial {dial}": Landing("Amina", "sos.sos_menu", _sos()),
    "Please dial {dial} and say where you are.": Landing("Amina", "sos.sos_menu", _sos(), "Say where you are"),
    "Do you still want our texts? Then dial {dial}. If not, they will stop.": Landing("Amina", "home.home", _warn()),
    "Sorry, this does not work now. Please dial again later.": Landing("Dafina", "home.home", _nothing),
    "Sorry, this does not work now. Please dial again later or call {hotline}.": Landing(
        "Dafina", "home.home", _nothing
    ),
    "Please dial {dial}.": Landing("Dafina", "home.home", _nothing),
    "If you texted us now, send {code} to go on. Or dial {dial}.": Landing("Dafina", "home.home", _nothing),
    "To tell them that you come, dial {dial}": Landing("Dafina", "health.health", _nothing),
    "Welcome. You get notices for {area}. Details: dial {dial}. To end, send {stop}.": Landing(
        "Amina", "alerts.alerts", _warn()
    ),
    "Details: dial {dial}": Landing("Amina", "alerts.alert_details", _warn()),
    "This phone asked us for texts. We give your number to nobody. Details: dial {dial}. {stop}: no more texts.": (
        Landing("Amina", "settings.settings", _warn())
    ),
    "To say that you are back: dial {dial} and press {keys}.": Landing("Amina", "talk.talk", _nothing),
    "To end your call: dial {dial} and press {keys}.": Landing("Amina", "talk.talk", _nothing),
    "Which place is it? Send its name, or dial {dial}.": Landing("Dafina", "alerts.alerts", _nothing),
    "No area has that name. Send the name of a place near it, or dial {dial}.": Landing(
        "Dafina", "alerts.alerts", _nothing
    ),
    "Please check what you sent, with your card. Or dial {dial}.": Landing("Vera", "team.team", _nothing),
    "Thank you. This phone is active now. Dial {dial}": Landing("Vera", "team.team", _nothing),
}
"""texts that answer what a phone texted, or that follow something else: only where it leads is looked at"""
