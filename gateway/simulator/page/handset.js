// One basic phone.
import { call } from "./network.js";

const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"];

export class Handset {
  constructor(phone, about) {
    this.path = `phones/${encodeURIComponent(phone.msisdn)}`;
    this.about = about;
    this.name = phone.label || phone.msisdn;
    this.read = 0;
    this.received = 0;
    this.root = document.getElementById("phone").content.cloneNode(true).firstElementChild;
    this.root.dataset.testid = `phone-${phone.msisdn}`;
    this.root.setAttribute("aria-label", `Phone of ${this.name}`);
    this.find("answer").setAttribute("aria-label", "Code to dial, or answer");
    this.find("sms-to").value = about.shortcode;
    this.addKeys();
    this.listen();
  }

  find(name) {
    return this.root.querySelector(`.${name}`);
  }

  addKeys() {
    for (const key of KEYS) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = key;
      button.dataset.testid = `key-${key}`;
      button.addEventListener("click", () => { this.find("answer").value += key; });
      this.find("keys").append(button);
    }
  }

  listen() {
    const answer = this.find("answer");
    this.find("dial").addEventListener("click", () => this.dial());
    this.find("end").addEventListener("click", () => this.act("hangup", {}));
    this.find("rub").addEventListener("click", () => { answer.value = answer.value.slice(0, -1); });
    this.find("answer-form").addEventListener("submit", (event) => {
      event.preventDefault();
      if (this.open) this.act("key", { text: answer.value });
      else this.dial();
    });
    this.find("texts").addEventListener("toggle", () => this.count());
    this.find("sms").addEventListener("submit", (event) => {
      event.preventDefault();
      this.text();
    });
    this.find("ring").addEventListener("click", () => this.ring());
    this.find("opt-out").addEventListener("click", () => this.optOut());
  }

  dial() {
    this.act("dial", { code: this.find("answer").value.trim() || this.about.service_code });
  }

  async act(what, body) {
    this.find("answer").value = "";
    this.find("state").textContent = "…";
    this.find("screen").dataset.state = "waiting";
    this.failed = "";
    try {
      this.dialogue(await call("POST", `${this.path}/${what}`, body));
    } catch (error) {
      this.failed = error.message; // it stays until the next key, whatever else arrives
      this.complain(this.failed);
    }
  }

  async text() {
    const state = this.find("sms-state");
    state.textContent = "Sending…";
    try {
      const body = { to: this.find("sms-to").value.trim(), text: this.find("sms-text").value };
      const answer = await call("POST", `${this.path}/sms`, body);
      state.textContent = answer.acknowledged ? "Sent." : "Not taken yet; trying again.";
      this.find("sms-text").value = "";
    } catch (error) {
      state.textContent = error.message;
    }
  }

  async ring() {
    const state = this.find("sms-state");
    state.textContent = "Ringing…";
    try {
      const answer = await call("POST", `${this.path}/call`, { to: this.find("sms-to").value.trim() });
      state.textContent = answer.free ? "Turned away: free." : answer.heard ? `Heard: ${answer.heard}` : "No answer.";
    } catch (error) {
      state.textContent = error.message;
    }
  }

  async optOut() {
    const state = this.find("sms-state");
    try {
      const { status } = await call("POST", `${this.path}/opt-out`, {});
      state.textContent = status === 200 ? "Opted out." : "Opted out; the gateway did not hear.";
    } catch (error) {
      state.textContent = error.message;
    }
  }

  show(phone) {
    this.find("label").textContent = phone.label;
    this.find("msisdn").textContent = phone.msisdn + (phone.opted_out ? " (opted out)" : "");
    this.dialogue(phone.dialogue);
    this.received = phone.received;
    this.find("inbox").replaceChildren(...phone.inbox.reverse().map(entry));
    this.count();
  }

  dialogue(dialogue) {
    this.open = Boolean(dialogue && dialogue.open);
    const screen = this.find("screen");
    screen.textContent = dialogue ? dialogue.screen : `Dial ${this.about.service_code}`;
    screen.classList.toggle("idle", !this.open);
    screen.dataset.state = !dialogue ? "idle" : dialogue.waiting ? "waiting" : this.open ? "open" : "ended";
    screen.dataset.hops = dialogue ? dialogue.hops : 0;
    screen.dataset.session = dialogue ? dialogue.session : "";
    this.find("size").textContent = dialogue && dialogue.septets ? `${dialogue.septets} ${dialogue.encoding}` : "";
    this.find("state").textContent = { idle: "", waiting: "…", open: "open", ended: "ended" }[screen.dataset.state];
    this.complain(this.failed || (dialogue && dialogue.error) || "");
  }

  complain(text) {
    this.find("error").textContent = text;
    this.find("error").hidden = !text;
  }

  count() {
    if (this.find("texts").open) this.read = this.received;
    const unread = Math.max(0, this.received - this.read);
    this.find("unread").textContent = unread || "";
    this.find("unread").setAttribute("aria-label", unread ? `${unread} unread` : "");
  }
}

function entry(text) {
  const item = document.createElement("li");
  const head = document.createElement("p");
  const from = document.createElement("b");
  const when = document.createElement("span");
  const words = document.createElement("p");
  from.textContent = text.from;
  const parts = text.segments > 1 ? ` · ${text.segments} parts` : "";
  when.textContent = new Date(text.time * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }) + parts;
  words.textContent = text.text;
  words.className = "words";
  head.className = "head";
  head.append(from, when);
  item.append(head, words);
  return item;
}
