// One message as a DOM node: who, quote, picture or file, text, time, buttons.

import { button, clockTime, element } from "/dom.js";
import { formattedText } from "/text.js";

export function dayOf(message) {
  return new Date(message.date * 1000).toDateString();
}

export function messageNode(message, page) {
  const service = serviceText(message, page);
  const node = element(service ? "div" : "article", service ? "service" : "message");
  node.dataset.messageId = message.message_id;
  node.dataset.date = message.date;
  node.dataset.thread = message.message_thread_id ?? 0;
  if (service) node.append(element("span", "", service));
  else {
    node.classList.add(message.from?.is_bot ? "bot" : "user");
    node.classList.toggle("mine", page.isMine(message));
    fillMessage(node, message, page);
  }
  return node;
}

function serviceText(message, page) {
  if (message.forum_topic_created) return `${page.label("topic_made")} ${message.forum_topic_created.name}`;
  if (message.migrate_to_chat_id || message.migrate_from_chat_id) return page.label("upgraded");
  return "";
}

export function fillMessage(node, message, page) {
  node.dataset.seq = message.seq;
  node.message = message;
  const bubble = element("div", "bubble");
  const author = signature(message, page);
  if (author) bubble.append(author);
  if (message.reply_to_message) bubble.append(quote(message.reply_to_message, page));
  if (message.photo) bubble.append(picture(message, page));
  if (message.document) bubble.append(file(message.document, page));
  const text = message.text ?? message.caption;
  if (text) {
    const body = element("div", "text");
    body.append(formattedText(text, message.entities ?? message.caption_entities));
    bubble.append(body);
  }
  bubble.classList.toggle("media", Boolean(message.photo));
  bubble.classList.toggle("bare", !text);
  bubble.append(meta(message, page));
  node.replaceChildren(bubble, more(message, page));
  if (message.reply_markup?.inline_keyboard) node.append(keyboard(message, page));
}

// In a group one sees who speaks, and in which topic while all are shown.
function signature(message, page) {
  if (!page.inGroup() || page.isMine(message)) return null;
  const node = element("span", "author", message.from?.first_name ?? "");
  const topic = page.topicName(message.message_thread_id);
  if (topic) node.append(element("span", "thread", topic));
  return node;
}

function meta(message, page) {
  const node = element("span", "meta");
  if (message.edit_date) node.append(element("span", "edited", page.label("edited")), " ");
  const moment = new Date(message.date * 1000);
  const time = element("time", "", clockTime(moment));
  time.dateTime = moment.toISOString();
  time.title = page.moment(moment);
  node.append(time);
  return node;
}

function more(message, page) {
  const node = button("more", "⋯", () => page.act(message, node));
  node.tabIndex = -1;
  node.setAttribute("aria-haspopup", "menu");
  node.setAttribute("aria-label", page.label("actions"));
  return node;
}

export function summary(message, page) {
  const text = message.text ?? message.caption;
  return text ? text.split("\n")[0] : message.document?.file_name ?? page.label("photo");
}

function quote(replied, page) {
  const node = button("quote", undefined, () => page.show(replied.message_id));
  node.append(element("b", "", replied.from?.first_name ?? ""), element("span", "", summary(replied, page)));
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

function file(facts, page) {
  const link = element("a", "file");
  link.href = `/sim/file/${encodeURIComponent(facts.file_id)}`;
  link.download = facts.file_name ?? "";
  link.setAttribute("aria-label", `${page.label("download")} ${facts.file_name ?? ""}`);
  link.append(arrow(), element("b", "", facts.file_name ?? facts.file_id), element("span", "", size(facts.file_size ?? 0)));
  return link;
}

function arrow() {
  const drawing = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  drawing.setAttribute("viewBox", "0 0 24 24");
  drawing.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", "M12 4v12M6 11l6 6 6-6M5 21h14");
  drawing.append(path);
  return drawing;
}

function size(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

function keyboard(message, page) {
  const node = element("div", "keyboard");
  for (const row of message.reply_markup.inline_keyboard) {
    const line = element("div", "row");
    for (const one of row) line.append(key(message, one, page));
    node.append(line);
  }
  return node;
}

function key(message, facts, page) {
  const node = button("", facts.text);
  if (facts.style) node.dataset.style = facts.style;
  if (facts.callback_data !== undefined) {
    node.dataset.data = facts.callback_data;
    node.addEventListener("click", () => page.press(message.message_id, facts.callback_data, node));
  } else if (/^https?:/i.test(facts.url ?? "")) {
    node.classList.add("outward");
    node.addEventListener("click", () => page.open(facts.url));
  } else if (facts.copy_text) {
    node.addEventListener("click", () => page.copy(facts.copy_text.text));
  } else {
    node.disabled = true;
  }
  return node;
}
