// The page: asks the server what there is to see, shows it, sends what the person does.

import { Composer } from "/composer.js";
import { alertOf, choosePerson, showActions, toast } from "/dialogs.js";
import { $, button } from "/dom.js";
import { Keys } from "/keys.js";
import { MessageList } from "/list.js";
import { Menu } from "/menu.js";
import { look, post, words } from "/server.js";
import { Side } from "/side.js";

const WAIT_S = 20, RETRY_MS = 1000, BUSY_MS = 15000;
const START_LINK = /^https?:\/\/(?:t\.me|telegram\.me)\/(\w+)\?start=([\w-]{1,64})$/i;

let labels = {}, language = "id", online = true, turn = new AbortController();
let place = fromAddress(), view = null, next = 0, state = "";
const answered = new Set(), pressed = new Map();

const page = {
  label: (key) => labels[key] ?? "",
  moment: (moment) => new Intl.DateTimeFormat(language, { dateStyle: "full", timeStyle: "medium" }).format(moment),
  dayName,
  isMine: (message) => !message.from?.is_bot && message.from?.id === view.person.user_id,
  inGroup: () => view.chat.type !== "private",
  topicName: (thread) => (list.thread === null ? view.chat.topics?.find((one) => one.message_thread_id === thread)?.name : undefined),
  show: (id) => list.flash(id),
  topic: showTopic,
  press,
  open,
  copy,
  act,
};
const list = new MessageList(page);
const composer = new Composer(page, { deliver, closeMenu: () => menu.close(), newest: () => list.shown().map((node) => node.message) });
const menu = new Menu($("menu"), $("text"), $("commands"), { send: (text) => composer.submit(text), label: page.label });
const keys = new Keys(page, { type: (text) => composer.submit(text), answer: (id) => composer.replyTo(list.node(id)?.message ?? { message_id: id }) });
const side = new Side(page, go);

// Which person at which chat: the address after "#", so that two tabs can be two people.

function fromAddress() {
  const [user, chat] = location.hash.slice(1).split("/").map(Number);
  return { user: user || null, chat: chat || null };
}

function go(user, chat) {
  const address = user === chat ? `#${user}` : `#${user}/${chat}`;
  if (location.hash !== address) location.hash = address;
}

function move() {
  place = fromAddress();
  view = null;
  next = 0;
  state = "";
  list.clear();
  composer.reset();
  turn.abort();
}

async function follow() {
  for (;;) {
    turn = new AbortController();
    const { signal } = turn;
    try {
      const query = { after: next, wait: WAIT_S, state, user_id: place.user, chat_id: place.chat };
      const seen = await look(query, signal);
      if (signal.aborted) continue;
      await see(seen);
      online = true;
    } catch (error) {
      if (signal.aborted) continue;
      if (!(error instanceof TypeError)) throw error;
      online = false;
      await new Promise((done) => { setTimeout(done, RETRY_MS); });
    }
    status();
  }
}

async function see(seen) {
  if (seen.newest < next) location.reload();
  const changed = seen.state !== state, first = view === null;
  if (seen.language !== language || !labels.write) await speak(seen.language);
  view = seen;
  list.add(seen.messages);
  if (changed) frame();
  if (first) seen.messages.filter((one) => page.isMine(one) && one.text).forEach((one) => composer.remember(one.text));
  else seen.toasts.forEach(answer);
  ({ next, state } = seen);
  $("empty").hidden = list.box.childElementCount > 0;
}

// What is around the messages

function frame() {
  const { bot, chat, typing } = view;
  const group = chat.type !== "private";
  $("name").textContent = group ? chat.title : bot?.first_name ?? "Bot Service";
  document.title = $("name").textContent;
  menu.set(view.commands);
  keys.set(view.keyboard, chat.id);
  $("typing").hidden = !typing;
  showTopics();
  side.show(view);
  if (list.stuck) list.toBottom();
}

function status() {
  if (!view) return;
  const blocked = view.person.blocked && view.chat.type === "private";
  const key = !online ? "lost" : blocked ? "blocked" : view.bot === null ? "waiting" : view.typing ? "typing" : "online";
  $("status").dataset.state = key;
  const role = page.label(`note_${view.person.note}`), { name } = view.person;
  const who = `${page.label("as")} ${name}${role ? `, ${role}` : ""}`;
  const among = `${name} · ${view.chat.members} ${page.label("members")}`;
  $("status").textContent = key !== "online" ? page.label(key) : view.chat.type === "private" ? who : among;
}

function showTopics() {
  const topics = view.chat.topics ?? [];
  $("topics").hidden = !view.chat.is_forum;
  const entries = [[null, page.label("topic_all")], [0, page.label("topic_general")], ...topics.map((one) => [one.message_thread_id, one.name])];
  $("topics").replaceChildren(...entries.map(([thread, name]) => {
    const node = button("", name, () => showTopic(thread));
    node.setAttribute("aria-pressed", String(list.thread === thread));
    return node;
  }));
}

function showTopic(thread) {
  list.showThread(thread);
  showTopics();
}

async function speak(code) {
  labels = await words(code);
  language = code;
  document.documentElement.lang = code;
  for (const node of document.querySelectorAll("[data-label]")) node.textContent = page.label(node.dataset.label);
  for (const node of document.querySelectorAll("[data-aria]")) node.setAttribute("aria-label", page.label(node.dataset.aria));
  for (const node of document.querySelectorAll("#languages button")) node.setAttribute("aria-pressed", String(node.dataset.language === code));
  list.rename();
  $("text").placeholder = page.label("write");
}

function dayName(date) {
  const moment = new Date(date * 1000), now = new Date();
  const away = Math.round((new Date(now.toDateString()) - new Date(moment.toDateString())) / 86400000);
  if (away === 0) return page.label("today");
  if (away === 1) return page.label("yesterday");
  const year = moment.getFullYear() === now.getFullYear() ? undefined : "numeric";
  return new Intl.DateTimeFormat(language, { weekday: "long", day: "numeric", month: "long", year }).format(moment);
}

// What the person does

async function deliver(text, { replyTo, edit }) {
  const who = { user_id: view.person.user_id };
  try {
    if (edit) await post("/sim/edit", { ...who, message_id: edit, text });
    else {
      const where = { chat_id: view.chat.id, message_thread_id: list.thread || undefined, reply_to: replyTo };
      await post("/sim/message", { ...who, ...where, text });
      list.toBottom();
    }
    return true;
  } catch (error) {
    complain(error);
    return false;
  }
}

async function press(messageId, data, node) {
  if (node.getAttribute("aria-busy") === "true") return;
  node.setAttribute("aria-busy", "true");
  const rest = () => node.removeAttribute("aria-busy");
  setTimeout(rest, BUSY_MS);
  try {
    const { callback_query_id: id } = await post("/sim/press", { message_id: messageId, data, user_id: view.person.user_id });
    if (answered.has(id)) rest();
    else pressed.set(id, rest);
  } catch (error) {
    rest();
    complain(error);
  }
}

function answer(toasted) {
  answered.add(toasted.callback_query_id);
  pressed.get(toasted.callback_query_id)?.();
  pressed.delete(toasted.callback_query_id);
  if (!toasted.text || toasted.user_id !== view.person.user_id) return;
  if (toasted.show_alert) alertOf(toasted.text);
  else toast(toasted.text);
}

function complain(error) {
  toast(error instanceof TypeError ? page.label("lost") : error.message);
}

async function copy(text) {
  await navigator.clipboard.writeText(text);
  toast(page.label("copied"));
}

function act(message, opener, at) {
  const corner = opener.getBoundingClientRect();
  const choices = [[page.label("reply"), () => composer.replyTo(message)]];
  const text = message.text ?? message.caption;
  if (text) choices.push([page.label("copy"), () => copy(text)]);
  if (page.isMine(message) && message.text) choices.push([page.label("edit"), () => composer.edit(message)]);
  showActions(at ?? { x: corner.left, y: corner.bottom + 4 }, choices, opener);
}

// A link that starts the bot asks who follows it: that is how an invitation is tried.
async function open(address) {
  const start = START_LINK.exec(address);
  if (!start || start[1] !== view.bot?.username) {
    window.open(address, "_blank", "noopener,noreferrer");
    return;
  }
  const person = await choosePerson(page.label("link_as"), view.people, (one) => page.label(`note_${one.note}`));
  if (!person) return;
  go(person.user_id, person.user_id);
  try {
    await post("/sim/message", { text: `/start ${start[2]}`, user_id: person.user_id });
  } catch (error) {
    complain(error);
  }
}

// `/?start=CODE` in the address is such a link too: the button at the bottom sends it.
function offerStart() {
  const code = new URLSearchParams(location.search).get("start");
  if (!code || !/^[\w-]{1,64}$/.test(code)) return;
  $("begin").hidden = false;
  $("composer").hidden = true;
  $("begin").addEventListener("click", async () => {
    $("begin").hidden = true;
    $("composer").hidden = false;
    history.replaceState(null, "", `/${location.hash}`);
    await composer.submit(`/start ${code}`);
  }, { once: true });
}

list.box.addEventListener("click", (event) => {
  const command = event.target.closest("button.command"), link = event.target.closest("a[href]"), code = event.target.closest("code");
  if (command) composer.submit(command.dataset.command);
  else if (link && START_LINK.test(link.href)) { event.preventDefault(); open(link.href); }
  else if (code && !code.closest("pre") && getSelection().isCollapsed) copy(code.textContent);
});
list.box.addEventListener("contextmenu", (event) => {
  const node = event.target.closest(".message");
  if (!node || event.target.closest("a, .keyboard") || !getSelection().isCollapsed) return;
  event.preventDefault();
  act(node.message, node.querySelector(".more"), { x: event.clientX, y: event.clientY });
});
list.box.addEventListener("dblclick", (event) => {
  const node = event.target.closest(".message");
  if (!node || event.target.closest("a, button, pre, code")) return;
  getSelection().removeAllRanges();
  composer.replyTo(node.message);
});
// Whoever types means the input, wherever the focus is.
document.addEventListener("keydown", (event) => {
  const away = event.target === document.body || event.target === list.scroller || event.target.classList?.contains("more");
  if (!away || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape" || (event.key.length === 1 && event.key !== " ")) $("text").focus();
});
$("start").addEventListener("click", () => composer.submit("/start"));
$("languages").addEventListener("click", async (event) => {
  const code = event.target.closest("button")?.dataset.language;
  if (code) await post("/sim/language", { language: code, user_id: view?.person.user_id });
});
addEventListener("hashchange", move);

await speak(language);
offerStart();
follow();
