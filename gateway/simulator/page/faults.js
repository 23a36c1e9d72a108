// The network panel: a few of the faults, and what the network has counted.
import { call, complain, reportConnection } from "./network.js";

const COUNTS_MS = 1500;
const form = document.getElementById("faults");

function value(input) {
  if (input.type === "checkbox") return input.checked;
  if (input.name.startsWith("reports.")) return input.value;
  if (input.value === "") return ["balance", "error_status"].includes(input.name) ? null : 0;
  return Number(input.value);
}

function put(faults, input) {
  const [outer, inner] = input.name.split(".");
  if (inner) faults[outer][inner] = value(input);
  else faults[outer] = value(input);
}

function show(faults) {
  document.getElementById("weather").textContent = trouble(faults) ? "with faults" : "all well";
  for (const input of form.elements) {
    if (!input.name || input === document.activeElement) continue;
    const [outer, inner] = input.name.split(".");
    const setting = inner ? faults[outer][inner] : faults[outer];
    if (input.type === "checkbox") input.checked = setting;
    else input.value = setting ?? "";
  }
}

async function change(event) {
  try {
    const faults = await call("GET", "faults");
    put(faults, event.target);
    show(await call("PUT", "faults", faults));
  } catch (error) {
    complain(error.message);
  }
}

function trouble(faults) {
  const well = { "reports.mode": "normal" };
  return [...form.elements].some((input) => {
    if (!input.name) return false;
    const [outer, inner] = input.name.split(".");
    const setting = inner ? faults[outer][inner] : faults[outer];
    return (setting ?? null) !== null && setting !== 0 && setting !== false && setting !== well[input.name];
  });
}

async function count() {
  try {
    const [stats, faults] = await Promise.all([call("GET", "stats"), call("GET", "faults")]);
    show(faults);
    document.getElementById("counts").textContent =
      `${stats.calls} sends, ${stats.accepted} messages, ${stats.duplicates.messages} repeated · ` +
      `${stats.reports.posted} reports, ${stats.reports.pending} waiting · ` +
      `${stats.ussd.sessions} dialogues, ${stats.ussd.turns} turns, ${stats.ussd.overlong} screens too long · ` +
      `${stats.inbound.taken} texts in, ${stats.inbound.pending} waiting`;
  } catch (error) {
    reportConnection(error.message);
  }
  setTimeout(count, COUNTS_MS);
}

export function watchFaults() {
  form.addEventListener("change", change);
  form.addEventListener("submit", (event) => event.preventDefault());
  document.getElementById("well").addEventListener("click", async () => {
    try {
      show(await call("PUT", "faults", {}));
    } catch (error) {
      complain(error.message);
    }
  });
  count();
}
