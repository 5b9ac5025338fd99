// The reply keyboard under the input: drawn, folded away, used.

import { $, button, element } from "/dom.js";

export class Keys {
  constructor(page, { type, answer }) {
    Object.assign(this, { page, type, answer, facts: null, folded: new Set() });
    $("keys-switch").addEventListener("click", () => this.turn());
  }

  set(facts, chatId) {
    const asked = facts?.force_reply && facts.message_id !== this.facts?.message_id;
    this.facts = facts;
    this.chatId = chatId;
    if (asked) this.answer(facts.message_id);
    $("text").placeholder = facts?.input_field_placeholder ?? this.page.label("write");
    $("keys").classList.toggle("small", Boolean(facts?.resize_keyboard));
    $("keys").replaceChildren(...(facts?.keyboard ?? []).map((row) => this.row(row)));
    this.show();
  }

  row(row) {
    const line = element("div", "row");
    for (const facts of row) {
      const node = button("", facts.text, () => this.type(facts.text));
      if (facts.style) node.dataset.style = facts.style;
      line.append(node);
    }
    return line;
  }

  turn() {
    if (this.folded.has(this.chatId)) this.folded.delete(this.chatId);
    else this.folded.add(this.chatId);
    this.show();
  }

  show() {
    const there = Boolean(this.facts?.keyboard), open = there && !this.folded.has(this.chatId);
    $("keys").hidden = !open;
    $("keys-switch").hidden = !there;
    $("keys-switch").setAttribute("aria-expanded", String(open));
  }
}
