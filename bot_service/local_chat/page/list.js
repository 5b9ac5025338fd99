// The messages of the open chat: days between them, the topic shown, and where the view stands.

import { $, element } from "/dom.js";
import { dayOf, fillMessage, messageNode } from "/message.js";

const NEAR_PX = 120;

export class MessageList {
  constructor(page) {
    this.page = page;
    this.box = $("list");
    this.scroller = $("messages");
    this.clear();
    this.scroller.addEventListener("scroll", () => this.scrolled(), { passive: true });
    this.scroller.addEventListener("keydown", (event) => this.key(event));
    $("down").addEventListener("click", () => this.toBottom(true));
    const keep = new ResizeObserver(() => { if (this.stuck) this.toBottom(); });
    keep.observe(this.box);
    keep.observe(this.scroller);
  }

  clear() {
    Object.assign(this, { loaded: false, stuck: true, unseen: 0, lastDay: "", before: 0, thread: null });
    this.box.replaceChildren();
    this.far();
  }

  node(messageId) {
    return this.box.querySelector(`[data-message-id="${Number(messageId)}"]`);
  }

  // The messages shown, oldest first.
  shown() {
    return [...this.box.querySelectorAll(".message:not([hidden])")];
  }

  // An element is a new message, a new form of one, or (date 0) the end of one.
  add(messages) {
    const last = new Map(messages.map((message) => [message.message_id, message]));
    const fresh = document.createDocumentFragment();
    for (const [id, message] of last) {
      const node = this.loaded ? this.node(id) : null;
      if (message.date === 0) node?.remove();
      else if (node) fillMessage(node, message, this.page);
      else {
        if (dayOf(message) !== this.lastDay) fresh.append(this.day(message.date));
        this.lastDay = dayOf(message);
        const made = messageNode(message, this.page);
        made.hidden = !this.inThread(made);
        fresh.append(made);
      }
    }
    const count = fresh.querySelectorAll(".message:not([hidden])").length;
    this.box.append(fresh);
    if (this.stuck) this.toBottom(this.loaded && count > 0);
    else this.unseen += count;
    this.far();
    this.loaded = true;
  }

  day(date) {
    const node = element("div", "day");
    node.dataset.date = date;
    node.append(element("span", "", this.page.dayName(date)));
    return node;
  }

  inThread(node) {
    return this.thread === null || Number(node.dataset.thread) === this.thread;
  }

  showThread(thread) {
    this.thread = thread;
    for (const node of this.box.children) {
      if (node.dataset.messageId) node.hidden = !this.inThread(node);
    }
    this.toBottom();
  }

  rename() {
    for (const node of this.box.querySelectorAll(".edited")) node.textContent = this.page.label("edited");
    for (const node of this.box.querySelectorAll(".day")) node.firstChild.textContent = this.page.dayName(Number(node.dataset.date));
  }

  toBottom(smooth = false) {
    this.stuck = true;
    this.far();
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.scroller.scrollTo({ top: this.scroller.scrollHeight, behavior: smooth && !calm ? "smooth" : "instant" });
  }

  // The view sticks to the newest message until the person scrolls up.
  scrolled() {
    const { scrollHeight, scrollTop, clientHeight } = this.scroller;
    if (scrollHeight - scrollTop - clientHeight < NEAR_PX) this.stuck = true;
    else if (scrollTop < this.before) this.stuck = false;
    this.before = scrollTop;
    this.far();
  }

  far() {
    if (this.stuck) this.unseen = 0;
    $("down").hidden = this.stuck;
    $("unseen").hidden = this.unseen === 0;
    $("unseen").textContent = this.unseen;
  }

  flash(messageId) {
    const node = this.node(messageId);
    if (!node) return;
    if (node.hidden) this.page.topic(null);
    node.scrollIntoView({ block: "center", behavior: "smooth" });
    node.classList.remove("flash");
    void node.offsetWidth;
    node.classList.add("flash");
  }

  // Enter goes to the newest message's actions, arrows to its neighbours, Escape back.
  key(event) {
    const handles = this.shown().map((node) => node.querySelector(".more"));
    const at = handles.indexOf(event.target);
    if (event.target === this.scroller && event.key === "Enter") handles.at(-1)?.focus();
    else if (at >= 0 && event.key === "ArrowUp") handles[Math.max(at - 1, 0)].focus();
    else if (at >= 0 && event.key === "ArrowDown") handles[Math.min(at + 1, handles.length - 1)].focus();
    else return;
    event.preventDefault();
  }
}
