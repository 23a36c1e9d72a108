// Talking to the simulator's API.

export async function call(method, path, body) {
  const options = { method };
  if (method !== "GET") complain("");
  if (body !== undefined) {
    options.body = JSON.stringify(body);
    options.headers = { "Content-Type": "application/json" };
  }
  let response;
  try {
    response = await fetch(`/api/${path}`, options);
  } catch {
    throw new Error("The simulator does not answer.");
  }
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error);
  return answer;
}

const problems = { action: "", connection: "" };

// What went wrong with an action stays until the next action.
export function complain(text) {
  show({ action: text });
}

// What went wrong with reading the news stays until they can be read again.
export function reportConnection(text) {
  show({ connection: text });
}

function show(change) {
  Object.assign(problems, change);
  const line = document.getElementById("problem");
  line.textContent = problems.connection || problems.action;
  line.hidden = !line.textContent;
}
