// The page: asks the network what has changed, and shows it. Text from people goes in as textContent only.
import { Handset } from "./handset.js";
import { call, complain, reportConnection } from "./network.js";
import { watchFaults } from "./faults.js";

const POLL_MS = 600;
const handsets = new Map();
let now = 0;

function place(phone, about) {
  if (!handsets.has(phone.msisdn)) {
    const handset = new Handset(phone, about);
    handsets.set(phone.msisdn, handset);
    document.getElementById("phones").append(handset.root);
  }
  handsets.get(phone.msisdn).show(phone);
}

function removeAllBut(shown) {
  for (const [msisdn, handset] of handsets) {
    if (!shown.includes(msisdn)) {
      handset.root.remove();
      handsets.delete(msisdn);
    }
  }
}

async function poll(about) {
  try {
    let news = await call("GET", `events?since=${now}`);
    if (news.now < now) news = await call("GET", "events?since=0");
    now = news.now;
    removeAllBut(news.shown);
    for (const phone of news.changed) place(phone, about);
    reportConnection("");
  } catch (error) {
    reportConnection(error.message);
  }
  setTimeout(poll, POLL_MS, about);
}

async function start() {
  const about = await call("GET", "about");
  document.getElementById("service-code").textContent = about.service_code;
  document.getElementById("shortcode").textContent = about.shortcode;
  document.getElementById("add").addEventListener("submit", async (event) => {
    event.preventDefault();
    const form = event.target;
    try {
      place(await call("POST", "phones", { msisdn: form.msisdn.value, label: form.label.value }), about);
      form.reset();
    } catch (error) {
      complain(error.message);
    }
  });
  watchFaults();
  poll(about);
}

start().catch((error) => complain(error.message));
