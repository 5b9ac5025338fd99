"""The first commands a person meets."""

from __future__ import annotations

from bot_service.domain.people import Role
from bot_service.i18n import Html, Translator
from bot_service.i18n import mark as _
from bot_service.telegram_bot.registry import REGISTRY, Command, Group, Kind, command
from bot_service.telegram_bot.render import Message, do
from bot_service.telegram_bot.render.first_steps import next_step
from bot_service.telegram_bot.render.keys import keys_message
from bot_service.telegram_bot.render.parts import lines, rows
from bot_service.telegram_bot.request import Reply, Request

GROUPS = {
    Group.FIRST_STEPS: _("First steps"),
    Group.CONTROL: _("Control"),
    Group.LOOK: _("Look"),
    Group.MENTOR: _("Mentor"),
    Group.SETTINGS: _("Settings"),
}


_LAST = 99


@command(
    "start",
    group=Group.FIRST_STEPS,
    role=Role.VIEWER,
    kind=Kind.LOOK,
    summary=_("Greeting and first buttons; never starts a bot"),
    private=True,
)
def start(request: Request) -> Reply:
    """Greet and show where to begin."""
    t = request.t
    text = lines(
        t.html(_("👋 <b>Hello, I look after your MT5 bots.</b>")),
        t.html(_("I tell you about every entry and exit, and /stop_all stops all bots at once.")),
        t.html(_("Nothing starts by itself: you decide.")),
        "",
    )
    advice = next_step(request.services.queries.status(), request.member.role, t)
    languages = (do("🇮🇩 Indonesia", "language id"), do("🇬🇧 English", "language en"))
    greeting = Message(f"{text}\n{advice.text}", (*advice.keyboard, languages))
    if request.in_group:
        return Reply((greeting,))
    return Reply((greeting, keys_message(request.member, t)))


@command(
    "help",
    group=Group.FIRST_STEPS,
    role=Role.VIEWER,
    kind=Kind.LOOK,
    summary=_("All commands, or one in detail"),
    usage=_("[command]"),
    examples=("help", "help new_bot"),
    aliases={"id": ("bantuan",)},
    menu=14,
)
def help_(request: Request) -> Reply:
    """Explain one command, list a section, or show what is used most with a button for each section."""
    word = request.words[0].removeprefix("/") if request.words else ""
    section = next((group for group in GROUPS if word == f"#{group}"), None)
    if section is not None:
        return Reply((_section(section, request),))
    found = REGISTRY.find(word) if word else None
    return Reply((_overview(request) if found is None else _detail(found, request.t),))


def _of(group: Group, request: Request) -> list[Command]:
    """Return a section's commands that the reader's role allows: those of the menu first, then by name."""
    found = [
        item
        for item in REGISTRY.commands.values()
        if item.group is group and request.member.role.covers(item.role)
    ]
    return sorted(found, key=lambda item: (item.menu or _LAST, item.title(request.t.language)))


def _row(item: Command, t: Translator) -> Html:
    return t.html("/{name} · {summary}", name=item.title(t.language), summary=t.text(item.summary))


def _overview(request: Request) -> Message:
    t, role = request.t, request.member.role
    most = [_row(item, t) for item in REGISTRY.menu() if role.covers(item.role)]
    sections = [(group, _of(group, request)) for group in GROUPS if group is not Group.FIRST_STEPS]
    buttons = [
        do(f"{t.text(GROUPS[group])} ({len(items)})", f"help #{group}") for group, items in sections if items
    ]
    head, hint = t.html(_("<b>Used most</b>")), _hint(t)
    return Message(lines(head, *most, "", t.html(_("All others by section:")), hint), rows(buttons, 2))


def _section(group: Group, request: Request) -> Message:
    t = request.t
    told = [_row(item, t) for item in _of(group, request)]
    head = t.html("<b>{title}</b>", title=t.text(GROUPS[group]))
    return Message(lines(head, *told, "", _hint(t)), ((do(t.text(_("❓ Help")), "help"),),))


def _hint(t: Translator) -> Html:
    return t.html(_("More about one command: <code>/help new_bot</code>"))


def _detail(item: Command, t: Translator) -> Message:
    head = t.html(
        "<b>/{name}</b> {usage}", name=item.title(t.language), usage=t.text(item.usage) if item.usage else ""
    )
    told: list[str] = [head.strip(), t.html(item.summary)]
    names = {item.name, *(alias for aliases in item.aliases.values() for alias in aliases)}
    others = sorted(names - {item.title(t.language)})
    if others:
        told.append(t.html(_("Also: {names}"), names=", ".join(f"/{name}" for name in others)))
    shown = Html(
        "\n".join(f"<code>/{REGISTRY.example(example, t.language)}</code>" for example in item.examples)
    )
    if item.examples:
        told.append(t.html(_("For example:\n{examples}"), examples=shown))
    return Message("\n".join(told), ((do(t.text(_("❓ Help")), "help"),),))
