// The page: asks the server what there is to see, shows it, sends what the person does.

import { Menu } from "/menu.js";
import { dayOf, fillMessage, messageNode } from "/message.js";

const $ = (id) => document.getElementById(id);
const list = $("list"), scroller = $("messages"), input = $("text");
const WAIT_S = 20, RETRY_MS = 1000, TOAST_MS = 3500, BUSY_MS = 15000, NEAR_PX = 120;

let labels = {}, language = "id", next = 0, state = "", loaded = false, unseen = 0, lastDay = "", online = true;
let bot = null, typing = false, stuck = true;
const answered = new Set(), pressed = new Map();

const page = {
  label: (key) => labels[key] ?? "",
  time: (moment) => new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" }).format(moment),
  moment: (moment) => new Intl.DateTimeFormat(language, { dateStyle: "full", timeStyle: "medium" }).format(moment),
  show: (id) => flash(nodeOf(id)),
  press,
  copy: (text) => navigator.clipboard.writeText(text),
};

const menu = new Menu($("menu"), input, $("commands"), { send, label: page.label });

// Talking to the server

async function post(path, body) {
  const response = await fetch(path, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.description);
  return answer;
}

async function send(text) {
  if (!text.trim()) return;
  input.value = "";
  input.dispatchEvent(new Event("input"));
  try {
    await post("/sim/message", { text, language });
    toBottom();
  } catch (error) {
    if (!input.value) input.value = text;
    input.dispatchEvent(new Event("input"));
    toast(error instanceof TypeError ? page.label("lost") : error.message);
  }
}

async function press(messageId, data, button) {
  if (button.getAttribute("aria-busy") === "true") return;
  button.setAttribute("aria-busy", "true");
  const rest = () => button.removeAttribute("aria-busy");
  setTimeout(rest, BUSY_MS);
  try {
    const { callback_query_id: id } = await post("/sim/press", { message_id: messageId, data });
    if (answered.has(id)) rest();
    else pressed.set(id, rest);
  } catch (error) {
    rest();
    toast(error instanceof TypeError ? page.label("lost") : error.message);
  }
}

async function follow() {
  for (;;) {
    try {
      const response = await fetch(`/sim/view?after=${next}&wait=${WAIT_S}&state=${state}`);
      if (!response.ok) throw new TypeError(response.statusText);
      await see(await response.json());
      online = true;
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      online = false;
      await new Promise((done) => { setTimeout(done, RETRY_MS); });
    }
    status();
  }
}

async function see(view) {
  if (view.newest < next) location.reload();
  if (view.state !== state) await header(view);
  const arrived = add(view.messages);
  if (loaded) view.toasts.forEach(answer);
  ({ next, state } = view);
  $("empty").hidden = list.childElementCount > 0;
  if (!stuck) unseen += arrived;
  if (stuck) toBottom(loaded && arrived > 0);
  else far();
  loaded = true;
}

// What is seen

async function header(view) {
  if (view.language !== language || !loaded) await speak(view.language);
  bot = view.bot;
  typing = view.typing;
  $("name").textContent = bot?.first_name ?? "Bot Service";
  document.title = $("name").textContent;
  menu.set(view.commands);
  $("typing").hidden = !typing;
}

function status() {
  const key = !online ? "lost" : bot === null ? "waiting" : typing ? "typing" : "online";
  $("status").textContent = page.label(key);
  $("status").dataset.state = key;
}

async function speak(code) {
  labels = await (await fetch(`/sim/labels?language=${code}`)).json();
  language = code;
  document.documentElement.lang = code;
  for (const node of document.querySelectorAll("[data-label]")) node.textContent = page.label(node.dataset.label);
  for (const node of document.querySelectorAll(".edited")) node.textContent = page.label("edited");
  for (const node of document.querySelectorAll(".day")) node.firstChild.textContent = dayName(Number(node.dataset.date));
  for (const node of document.querySelectorAll("#languages button")) {
    node.setAttribute("aria-pressed", String(node.dataset.language === code));
  }
  input.placeholder = page.label("write");
  const names = { text: "write", send: "send", commands: "menu", down: "newest", list: "messages", messages: "messages", languages: "language" };
  for (const [id, key] of Object.entries(names)) $(id).setAttribute("aria-label", page.label(key));
}

function nodeOf(messageId) {
  return list.querySelector(`[data-message-id="${Number(messageId)}"]`);
}

// An element is a new message, a new form of one, or (date 0) the end of one.
function add(messages) {
  const last = new Map(messages.map((message) => [message.message_id, message]));
  const fresh = document.createDocumentFragment();
  const seen = new Set();
  for (const { message_id: id } of messages) {
    if (seen.has(id)) continue;
    seen.add(id);
    const message = last.get(id), node = loaded ? nodeOf(id) : null;
    if (message.date === 0) node?.remove();
    else if (node) fillMessage(node, message, page);
    else {
      if (dayOf(message) !== lastDay) fresh.append(day(message.date));
      lastDay = dayOf(message);
      fresh.append(messageNode(message, page));
    }
  }
  const count = fresh.querySelectorAll(".message").length;
  list.append(fresh);
  return count;
}

function day(date) {
  const node = document.createElement("div");
  node.className = "day";
  node.dataset.date = date;
  const text = document.createElement("span");
  text.textContent = dayName(date);
  node.append(text);
  return node;
}

function dayName(date) {
  const moment = new Date(date * 1000), now = new Date();
  const away = Math.round((new Date(now.toDateString()) - new Date(moment.toDateString())) / 86400000);
  if (away === 0) return page.label("today");
  if (away === 1) return page.label("yesterday");
  const year = moment.getFullYear() === now.getFullYear() ? undefined : "numeric";
  return new Intl.DateTimeFormat(language, { weekday: "long", day: "numeric", month: "long", year }).format(moment);
}

function answer(toasted) {
  answered.add(toasted.callback_query_id);
  pressed.get(toasted.callback_query_id)?.();
  pressed.delete(toasted.callback_query_id);
  if (!toasted.text) return;
  if (!toasted.show_alert) toast(toasted.text);
  else {
    $("alert-text").textContent = toasted.text;
    if (!$("alert").open) $("alert").showModal();
  }
}

let toastTimer = 0;
function toast(text) {
  $("toast").textContent = text;
  $("toast").hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { $("toast").hidden = true; }, TOAST_MS);
}

function toBottom(smooth = false) {
  stuck = true;
  far();
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  scroller.scrollTo({ top: scroller.scrollHeight, behavior: smooth && !calm ? "smooth" : "instant" });
}

// The view sticks to the newest message until the person scrolls up.
let before = 0;
function scrolled() {
  const away = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight;
  if (away < NEAR_PX) stuck = true;
  else if (scroller.scrollTop < before) stuck = false;
  before = scroller.scrollTop;
  far();
}

function far() {
  if (stuck) unseen = 0;
  $("down").hidden = stuck;
  $("unseen").hidden = unseen === 0;
  $("unseen").textContent = unseen;
}

function flash(node) {
  if (!node) return;
  node.scrollIntoView({ block: "center", behavior: "smooth" });
  node.classList.remove("flash");
  void node.offsetWidth;
  node.classList.add("flash");
}

// What the person does

$("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  menu.close();
  send(input.value);
});
input.addEventListener("input", () => { $("send").disabled = !input.value.trim(); });
$("start").addEventListener("click", () => send("/start"));
$("down").addEventListener("click", () => toBottom(true));
scroller.addEventListener("scroll", scrolled, { passive: true });
new ResizeObserver(() => { if (stuck) toBottom(); }).observe(list);
new ResizeObserver(() => { if (stuck) toBottom(); }).observe(scroller);
list.addEventListener("click", (event) => {
  const command = event.target.closest("button.command");
  if (command) send(command.dataset.command);
});
$("languages").addEventListener("click", async (event) => {
  const code = event.target.closest("button")?.dataset.language;
  if (code) await post("/sim/language", { language: code });
});

await speak(language);
status();
follow();
