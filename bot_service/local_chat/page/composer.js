// The input: grows with the text, remembers what was sent, answers or edits a message.

import { $ } from "/dom.js";
import { summary } from "/message.js";

const TALLEST_PX = 168;

export class Composer {
  constructor(page, { deliver, closeMenu, newest }) {
    Object.assign(this, { page, deliver, closeMenu, newest, input: $("text"), sent: [], at: 0, draft: "" });
    this.input.addEventListener("input", () => this.changed());
    this.input.addEventListener("keydown", (event) => this.key(event));
    $("composer").addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit(this.input.value);
    });
    $("context-end").addEventListener("click", () => { this.leaveContext(); this.input.focus(); });
    this.leaveContext();
  }

  // A new chat: nothing typed, and only what this person said there comes back with the arrow.
  reset() {
    this.sent = [];
    this.leaveContext();
    this.set("");
  }

  set(text) {
    this.input.value = text;
    this.input.dispatchEvent(new Event("input"));
  }

  changed() {
    $("send").disabled = !this.input.value.trim();
    this.input.style.height = "auto";
    const height = this.input.scrollHeight;
    this.input.style.height = `${Math.min(height, TALLEST_PX)}px`;
    this.input.style.overflowY = height > TALLEST_PX ? "auto" : "hidden";
  }

  async submit(text) {
    if (!text.trim()) return;
    this.closeMenu();
    const context = this.context;
    this.remember(text);
    this.leaveContext();
    this.set("");
    if (!(await this.deliver(text, context)) && !this.input.value) this.set(text);
  }

  remember(text) {
    this.sent = [...this.sent.filter((one) => one !== text), text];
    this.at = this.sent.length;
  }

  replyTo(message) {
    this.enter({ replyTo: message.message_id }, message.from?.first_name ?? "", summary(message, this.page));
  }

  edit(message) {
    this.enter({ edit: message.message_id }, this.page.label("edit"), summary(message, this.page));
    this.set(message.text ?? "");
  }

  enter(context, title, text) {
    this.context = context;
    $("context").hidden = false;
    $("context-title").textContent = title;
    $("context-text").textContent = text;
    this.input.focus();
  }

  leaveContext() {
    if (this.context?.edit) this.set("");
    this.context = {};
    $("context").hidden = true;
  }

  key(event) {
    if (event.defaultPrevented || event.isComposing) return;
    if (event.key === "Enter" && !event.shiftKey) this.submit(this.input.value);
    else if (event.key === "Escape" && !$("context").hidden) this.leaveContext();
    else if (event.key === "ArrowUp" && event.ctrlKey) this.answerEarlier(-1);
    else if (event.key === "ArrowDown" && event.ctrlKey) this.answerEarlier(1);
    else if (event.key === "ArrowUp" && this.atEdge(0)) this.recall(-1);
    else if (event.key === "ArrowDown" && this.atEdge(this.input.value.length)) this.recall(1);
    else return;
    event.preventDefault();
  }

  atEdge(place) {
    const whole = this.sent[this.at] === this.input.value || !this.input.value;
    return whole || (this.input.selectionStart === place && this.input.selectionEnd === place);
  }

  recall(step) {
    const to = this.at + step;
    if (to < 0 || to > this.sent.length) return;
    if (this.at === this.sent.length) this.draft = this.input.value;
    this.at = to;
    const text = to === this.sent.length ? this.draft : this.sent[to];
    this.set(text);
    this.input.setSelectionRange(text.length, text.length);
  }

  answerEarlier(step) {
    const messages = this.newest();
    const at = messages.findIndex((message) => message.message_id === this.context.replyTo);
    const to = at < 0 ? messages.length - 1 : at + step;
    if (to >= 0 && to < messages.length && (at >= 0 || step < 0)) this.replyTo(messages[to]);
    else if (to >= messages.length) this.leaveContext();
  }
}
