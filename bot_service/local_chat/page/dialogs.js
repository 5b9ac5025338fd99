// What floats above the page: toasts, alerts, questions, the actions of a message.

import { $, button, element, initials, tint } from "/dom.js";

const TOAST_MS = 3500;
let toastTimer = 0;

export function toast(text) {
  $("toast").textContent = text;
  $("toast").hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { $("toast").hidden = true; }, TOAST_MS);
}

export function alertOf(text) {
  $("alert-text").textContent = text;
  if (!$("alert").open) $("alert").showModal();
}

// Resolves to the values of the fields, or to null when the person thought better of it.
export function ask(title, fields, yes) {
  const inputs = fields.map(([name, label]) => {
    const line = element("label", "", label);
    const input = element("input");
    input.name = name;
    input.maxLength = 128;
    line.append(input);
    return [line, input];
  });
  $("ask-body").replaceChildren(...inputs.map(([line]) => line));
  return opened(title, yes, () => Object.fromEntries(inputs.map(([, input]) => [input.name, input.value.trim()])));
}

// Resolves to the chosen person, or to null.
export function choosePerson(title, people, noteOf) {
  let chosen = null;
  const entries = people.map((person) => {
    const node = button("entry", "", () => { chosen = person; $("ask").close("yes"); });
    const lines = element("span", "lines");
    lines.append(element("b", "", person.name), element("em", "", noteOf(person)));
    node.append(element("span", `avatar ${tint(person.user_id)}`, initials(person.name)), lines);
    return node;
  });
  $("ask-body").replaceChildren(...entries);
  return opened(title, "", () => chosen);
}

function opened(title, yes, result) {
  $("ask-title").textContent = title;
  $("ask-yes").textContent = yes;
  $("ask-yes").hidden = yes === "";
  $("ask").returnValue = "";
  $("ask").showModal();
  return new Promise((resolve) => {
    $("ask").addEventListener("close", () => resolve($("ask").returnValue === "yes" ? result() : null), { once: true });
  });
}

// A small menu at a point of the page; `choices` are [label, act] pairs.
export function showActions(at, choices, opener) {
  const box = $("actions");
  box.replaceChildren(...choices.map(([label, act]) => {
    const node = button("", label, () => { hideActions(); act(); });
    node.setAttribute("role", "menuitem");
    return node;
  }));
  box.hidden = false;
  opener?.setAttribute("aria-expanded", "true");
  box.opener = opener;
  const { width, height } = box.getBoundingClientRect();
  box.style.left = `${Math.max(8, Math.min(at.x, innerWidth - width - 8))}px`;
  box.style.top = `${Math.max(8, Math.min(at.y, innerHeight - height - 8))}px`;
  box.firstChild?.focus();
}

export function hideActions() {
  const box = $("actions");
  if (box.hidden) return;
  box.hidden = true;
  box.opener?.setAttribute("aria-expanded", "false");
}

document.addEventListener("pointerdown", (event) => {
  if (!event.target.closest("#actions, .more")) hideActions();
});
$("ask-no").addEventListener("click", () => $("ask").close(""));
$("actions").addEventListener("keydown", (event) => {
  const nodes = [...$("actions").children], at = nodes.indexOf(document.activeElement);
  if (event.key === "ArrowDown") nodes[(at + 1) % nodes.length].focus();
  else if (event.key === "ArrowUp") nodes[(at - 1 + nodes.length) % nodes.length].focus();
  else if (event.key === "Escape" || event.key === "Tab") {
    hideActions();
    $("actions").opener?.focus();
  } else return;
  event.preventDefault();
});
