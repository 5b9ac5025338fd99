// One message as a DOM node: who, quote, picture or file, text, time, keyboard.

import { formattedText } from "/text.js";

export function dayOf(message) {
  return new Date(message.date * 1000).toDateString();
}

export function messageNode(message, page) {
  const node = element("article", `message ${message.from?.is_bot ? "bot" : "user"}`);
  node.dataset.messageId = message.message_id;
  node.dataset.date = message.date;
  fillMessage(node, message, page);
  return node;
}

export function fillMessage(node, message, page) {
  node.dataset.seq = message.seq;
  const bubble = element("div", "bubble");
  if (message.reply_to_message) bubble.append(quote(message.reply_to_message, page));
  if (message.photo) bubble.append(picture(message, page));
  if (message.document) bubble.append(file(message.document));
  const text = message.text ?? message.caption;
  if (text) {
    const body = element("div", "text");
    body.append(formattedText(text, message.entities ?? message.caption_entities));
    bubble.append(body);
  }
  bubble.classList.toggle("media", Boolean(message.photo));
  bubble.classList.toggle("bare", !text);
  bubble.append(meta(message, page));
  node.replaceChildren(bubble);
  if (message.reply_markup) node.append(keyboard(message, page));
}

function element(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

function meta(message, page) {
  const node = element("span", "meta");
  if (message.edit_date) node.append(element("span", "edited", page.label("edited")), " ");
  const moment = new Date(message.date * 1000);
  const time = element("time", "", page.time(moment));
  time.dateTime = moment.toISOString();
  time.title = page.moment(moment);
  node.append(time);
  return node;
}

function quote(replied, page) {
  const node = element("button", "quote");
  node.type = "button";
  node.append(element("b", "", replied.from?.first_name ?? ""));
  node.append(element("span", "", replied.text ?? replied.caption ?? page.label("photo")));
  node.addEventListener("click", () => page.show(replied.message_id));
  return node;
}

function picture(message, page) {
  const best = message.photo[message.photo.length - 1];
  const link = element("a", "picture");
  link.href = `/sim/file/${encodeURIComponent(best.file_id)}`;
  link.target = "_blank";
  link.rel = "noopener";
  const image = element("img");
  image.width = best.width;
  image.height = best.height;
  image.loading = "lazy";
  image.alt = message.caption ? message.caption.split("\n")[0] : page.label("photo");
  image.src = link.href;
  link.append(image);
  return link;
}

function file(facts) {
  const link = element("a", "file");
  link.href = `/sim/file/${encodeURIComponent(facts.file_id)}`;
  link.download = facts.file_name ?? "";
  const size = Math.max(1, Math.round((facts.file_size ?? 0) / 1024));
  link.append(element("b", "", facts.file_name ?? facts.file_id), element("span", "", `${size} KB`));
  return link;
}

function keyboard(message, page) {
  const node = element("div", "keyboard");
  for (const row of message.reply_markup.inline_keyboard) {
    const line = element("div", "row");
    for (const button of row) line.append(key(message, button, page));
    node.append(line);
  }
  return node;
}

function key(message, button, page) {
  const node = element("button", "", button.text);
  node.type = "button";
  if (button.callback_data !== undefined) {
    node.dataset.data = button.callback_data;
    node.addEventListener("click", () => page.press(message.message_id, button.callback_data, node));
  } else if (/^https?:/i.test(button.url ?? "")) {
    node.classList.add("outward");
    node.addEventListener("click", () => window.open(button.url, "_blank", "noopener,noreferrer"));
  } else if (button.copy_text) {
    node.addEventListener("click", () => page.copy(button.copy_text.text));
  } else {
    node.disabled = true;
  }
  return node;
}
