// Talking to the server.

export async function post(path, body = {}, method = "POST") {
  const response = await fetch(path, {
    method, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.description);
  return answer;
}

export async function look(query, signal) {
  const known = Object.entries(query).filter(([, value]) => value !== null && value !== undefined);
  const response = await fetch(`/sim/view?${new URLSearchParams(known)}`, { signal });
  if (!response.ok) throw new TypeError(response.statusText);
  return response.json();
}

export async function words(language) {
  return (await fetch(`/sim/labels?language=${language}`)).json();
}
