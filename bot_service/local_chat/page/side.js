// People and groups: who one is, which chat is open, what is new elsewhere, what goes wrong on the line.

import { ask, toast } from "/dialogs.js";
import { $, button, clockTime, element, initials, tint } from "/dom.js";
import { post } from "/server.js";

const FAULTS = {
  offline: [{ kind: "offline", for_s: 30 }],
  storm: [{ kind: "status", method: "*", status: 429, retry_after: 3, for_s: 30 }],
  slow: [{ kind: "delay", method: "*", seconds: 4, for_s: 30 }],
};

export class Side {
  constructor(page, go) {
    Object.assign(this, { page, go, seen: new Map(), view: null });
    $("open-side").addEventListener("click", () => this.open(true));
    $("close-side").addEventListener("click", () => this.open(false));
    $("veil").addEventListener("click", () => this.open(false));
    $("side").addEventListener("keydown", (event) => { if (event.key === "Escape") this.open(false); });
    $("add-person").addEventListener("click", () => this.tried(() => this.addPerson()));
    $("add-group").addEventListener("click", () => this.tried(() => this.addGroup()));
    $("block").addEventListener("click", () => this.tried(() => this.block()));
    $("mend").addEventListener("click", () => this.tried(() => post("/sim/fault", {}, "DELETE")));
    for (const node of document.querySelectorAll("[data-fault]")) {
      node.addEventListener("click", () => this.tried(() => this.disturb(node.dataset.fault)));
    }
  }

  open(wide) {
    $("side").classList.toggle("open", wide);
    $("veil").hidden = !wide;
    $("open-side").setAttribute("aria-expanded", String(wide));
    if (wide) $("side").querySelector('[aria-current="true"]')?.focus();
    else if ($("side").contains(document.activeElement)) $("open-side").focus();
  }

  async tried(deed) {
    try {
      await deed();
    } catch (error) {
      toast(error instanceof TypeError ? this.page.label("lost") : error.message);
    }
  }

  show(view) {
    this.view = view;
    const { person, chat, people, chats } = view;
    this.seen.set(chat.id, this.newestOf(view) ?? 0);
    const entries = people.map((one) => this.entry(one.user_id, one.user_id, one.name, this.note(one), one.last, one.user_id === person.user_id));
    $("people").replaceChildren(...entries);
    const rooms = chats.map((one) => this.entry(person.user_id, one.chat_id, one.title, "", one.last, one.chat_id === chat.id));
    $("groups").replaceChildren(...rooms);
    $("face").textContent = initials(person.name);
    $("face").className = tint(person.user_id);
    $("open-side").setAttribute("aria-label", `${person.name}, ${this.page.label("switch")}`);
    $("news").hidden = ![...people, ...chats].some((one) => this.isNew(one.user_id ?? one.chat_id, one.last));
    $("block").textContent = this.page.label(person.blocked ? "unblock" : "block");
    $("block").setAttribute("aria-pressed", String(person.blocked));
    $("trouble").hidden = view.faults.length === 0;
    const kinds = new Set(view.faults.map((one) => (one.kind === "status" ? String(one.status) : one.kind)));
    $("trouble-text").textContent = `${this.page.label("fault_now")} ${[...kinds].join(", ")}`;
  }

  newestOf(view) {
    const here = [...view.people, ...view.chats].find((one) => (one.user_id ?? one.chat_id) === view.chat.id);
    return here?.last?.message_id;
  }

  isNew(chatId, last) {
    return Boolean(last?.is_bot) && last.message_id > (this.seen.get(chatId) ?? 0);
  }

  note(person) {
    return this.page.label(`note_${person.note}`);
  }

  entry(userId, chatId, name, note, last, here) {
    const node = button("entry", undefined, () => { this.open(false); this.go(userId, chatId); });
    node.dataset.chat = chatId;
    if (here) node.setAttribute("aria-current", "true");
    const title = element("b", "", name);
    if (note) title.append(" ", element("em", "", note));
    const lines = element("span", "lines");
    const words = last ? last.text || this.page.label("photo") : this.page.label("silent");
    lines.append(title, element("span", "last", words));
    const right = element("span", "right");
    if (last) right.append(element("time", "", clockTime(new Date(last.date * 1000))));
    if (this.isNew(chatId, last)) {
      right.append(element("i", "fresh"));
      node.setAttribute("aria-label", `${name}, ${this.page.label("fresh")}`);
    }
    node.append(element("span", `avatar ${tint(chatId)}`, initials(name)), lines, right);
    const item = element("li");
    item.append(node);
    return item;
  }

  async addPerson() {
    const answer = await ask(this.page.label("add_person"), [["name", this.page.label("person_name")]], this.page.label("add"));
    if (!answer?.name) return;
    const { user_id: id } = await post("/sim/person", { name: answer.name, language: this.view.language });
    this.open(false);
    this.go(id, id);
  }

  async addGroup() {
    const fields = [["title", this.page.label("group_title")], ["topics", this.page.label("group_topics")]];
    const answer = await ask(this.page.label("add_group"), fields, this.page.label("add"));
    if (!answer?.title) return;
    const topics = answer.topics.split(",").map((one) => one.trim()).filter(Boolean);
    const everybody = this.view.people.map((one) => one.user_id);
    const { chat_id: id } = await post("/sim/group", { title: answer.title, topics, user_ids: everybody });
    this.open(false);
    this.go(this.view.person.user_id, id);
  }

  async block() {
    const { person } = this.view;
    await post("/sim/block", { chat_id: person.user_id, blocked: !person.blocked });
  }

  async disturb(kind) {
    for (const order of FAULTS[kind]) await post("/sim/fault", order);
    this.open(false);
  }
}
