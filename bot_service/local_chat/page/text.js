// Telegram's entities as DOM nodes. Offsets are UTF-16 units, as JavaScript's strings are.
// Foreign text only ever becomes a text node.

const TAGS = {
  bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code", pre: "pre",
  blockquote: "blockquote", expandable_blockquote: "blockquote", spoiler: "span", bot_command: "button",
  text_link: "a", url: "a", mention: "span", hashtag: "span",
};
const BLOCKS = new Set(["pre", "blockquote", "expandable_blockquote"]);
const SAFE_LINK = /^(https?|tg|mailto):/i;

export function formattedText(text, entities = []) {
  const ordered = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  return fragment(text, ordered, 0, text.length);
}

function fragment(text, entities, start, end) {
  const nodes = document.createDocumentFragment();
  let at = start;
  for (let i = 0; i < entities.length;) {
    const entity = entities[i];
    const from = Math.max(entity.offset, at);
    const to = Math.min(entity.offset + entity.length, end);
    let next = i + 1;
    while (next < entities.length && entities[next].offset < to) next += 1;
    if (from < to) {
      const block = BLOCKS.has(entity.type);
      // A block starts its own line: the line breaks that touch it are not shown twice.
      nodes.append(text.slice(at, block && text[from - 1] === "\n" && from > at ? from - 1 : from));
      nodes.append(wrapped(entity, text.slice(from, to), fragment(text, entities.slice(i + 1, next), from, to)));
      at = block && text[to] === "\n" && to < end ? to + 1 : to;
    }
    i = next;
  }
  nodes.append(text.slice(at, end));
  return nodes;
}

function wrapped(entity, plain, inner) {
  const tag = TAGS[entity.type] ?? "span";
  const node = document.createElement(tag);
  node.append(inner);
  if (tag === "a") linked(node, entity.type === "url" ? plain : entity.url ?? "");
  if (entity.type === "mention" || entity.type === "hashtag") node.className = "tag";
  if (entity.type === "bot_command") {
    node.type = "button";
    node.className = "command";
    node.dataset.command = plain;
  }
  if (entity.type === "spoiler") hidden(node);
  if (entity.type === "pre") boxed(node, entity.language);
  if (entity.type === "expandable_blockquote") folded(node);
  return node;
}

function linked(node, address) {
  const full = /^t\.me\//i.test(address) ? `https://${address}` : address;
  if (!SAFE_LINK.test(full)) return;
  node.href = full;
  node.target = "_blank";
  node.rel = "noopener noreferrer";
}

function hidden(node) {
  node.className = "spoiler";
  node.tabIndex = 0;
  node.setAttribute("role", "button");
  node.setAttribute("aria-expanded", "false");
  const tell = (event) => {
    if (node.getAttribute("aria-expanded") === "true" || (event.key && event.key !== "Enter")) return;
    event.preventDefault();
    node.setAttribute("aria-expanded", "true");
  };
  node.addEventListener("click", tell);
  node.addEventListener("keydown", tell);
}

function boxed(node, language) {
  node.tabIndex = 0;
  if (language) node.dataset.language = language;
}

function folded(node) {
  node.className = "folds folded";
  node.tabIndex = 0;
  node.setAttribute("aria-expanded", "false");
  const turn = () => node.setAttribute("aria-expanded", String(!node.classList.toggle("folded")));
  node.addEventListener("click", (event) => { if (!event.target.closest("a, button")) turn(); });
  node.addEventListener("keydown", (event) => { if (event.key === "Enter" && event.target === node) turn(); });
}
