// The command menu above the composer: opens while typing "/", filters, sends or inserts.

export class Menu {
  constructor(box, input, opener, { send, label }) {
    Object.assign(this, { box, input, opener, send, label, commands: [], shown: [], at: -1, all: false });
    input.addEventListener("input", () => { this.all = false; this.update(); });
    input.addEventListener("keydown", (event) => this.key(event));
    opener.addEventListener("click", () => {
      this.all = this.box.hidden;
      this.update();
      input.focus();
    });
    document.addEventListener("pointerdown", (event) => {
      if (!event.target.closest("footer")) this.close();
    });
  }

  set(commands) {
    this.commands = commands;
    this.opener.hidden = commands.length === 0;
    if (!this.box.hidden) this.update();
  }

  close() {
    this.all = false;
    this.show([]);
  }

  update() {
    const typed = /^\/([a-z0-9_]*)$/i.exec(this.input.value);
    if (this.all && !typed) this.show(this.commands);
    else if (typed) this.show(this.commands.filter((one) => one.command.startsWith(typed[1].toLowerCase())));
    else this.show([]);
  }

  show(commands) {
    this.shown = commands;
    this.at = -1;
    this.box.hidden = commands.length === 0;
    this.opener.setAttribute("aria-expanded", String(!this.box.hidden));
    this.box.replaceChildren(...commands.map((one) => this.row(one)));
  }

  row({ command, description }) {
    const row = document.createElement("div");
    row.className = "choice";
    const send = document.createElement("button");
    send.type = "button";
    send.className = "pick";
    send.dataset.command = command;
    const name = document.createElement("b");
    name.textContent = `/${command}`;
    const about = document.createElement("span");
    about.textContent = description;
    send.append(name, about);
    send.addEventListener("click", () => { this.close(); this.send(`/${command}`); });
    const insert = document.createElement("button");
    insert.type = "button";
    insert.className = "insert";
    insert.textContent = "↖";
    insert.setAttribute("aria-label", `${this.label("insert")} /${command}`);
    insert.addEventListener("click", () => this.insert(command));
    row.append(send, insert);
    return row;
  }

  insert(command) {
    this.input.value = `/${command} `;
    this.close();
    this.input.focus();
    this.input.dispatchEvent(new Event("input"));
  }

  key(event) {
    if (this.box.hidden) return;
    if (event.key === "Escape") this.close();
    else if (event.key === "ArrowDown" || event.key === "ArrowUp") this.move(event.key === "ArrowDown" ? 1 : -1);
    else if (event.key === "Tab" && !event.shiftKey) this.insert(this.shown[Math.max(this.at, 0)].command);
    else if (event.key === "Enter" && !event.shiftKey && this.at >= 0) {
      const chosen = this.shown[this.at].command;
      this.close();
      this.send(`/${chosen}`);
    } else return;
    event.preventDefault();
  }

  move(step) {
    const rows = [...this.box.children];
    this.at = (this.at + step + rows.length + (this.at < 0 && step < 0 ? 1 : 0)) % rows.length;
    rows.forEach((row, i) => row.classList.toggle("on", i === this.at));
    rows[this.at].scrollIntoView({ block: "nearest" });
  }
}
