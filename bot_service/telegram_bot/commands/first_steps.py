"""The first commands a person meets."""

from __future__ import annotations

from bot_service.domain.people import Role
from bot_service.i18n import Html, Translator
from bot_service.i18n import mark as _
from bot_service.telegram_bot.registry import REGISTRY, Command, Group, Kind, command
from bot_service.telegram_bot.render import Message, do
from bot_service.telegram_bot.render.first_steps import next_step
from bot_service.telegram_bot.render.keys import keys_message
from bot_service.telegram_bot.render.parts import lines
from bot_service.telegram_bot.request import Reply, Request

GROUPS = {
    Group.FIRST_STEPS: _("First steps"),
    Group.CONTROL: _("Control"),
    Group.LOOK: _("Look"),
    Group.MENTOR: _("Mentor"),
    Group.SETTINGS: _("Settings"),
}


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
    """Explain one command, or list all by group."""
    if request.words:
        found = REGISTRY.find(request.words[0].removeprefix("/"))
        if found is not None:
            return Reply((_detail(found, request.t),))
    return Reply((_overview(request.t),))


def _overview(t: Translator) -> Message:
    parts: list[str] = []
    for group, title in GROUPS.items():
        parts.append(t.html("\n<b>{title}</b>", title=t.text(title)))
        parts.extend(
            t.html("/{name} · {summary}", name=item.title(t.language), summary=t.text(item.summary))
            for item in REGISTRY.commands.values()
            if item.group is group
        )
    hint = t.html(_("More about one command: <code>/help new_bot</code>"))
    return Message("\n".join((*parts, "", hint)).strip())


def _detail(item: Command, t: Translator) -> Message:
    head = t.html(
        "<b>/{name}</b> {usage}", name=item.title(t.language), usage=t.text(item.usage) if item.usage else ""
    )
    told: list[str] = [head.strip(), t.html(item.summary)]
    names = {item.name, *(alias for aliases in item.aliases.values() for alias in aliases)}
    others = sorted(names - {item.title(t.language)})
    if others:
        told.append(t.html(_("Also: {names}"), names=", ".join(f"/{name}" for name in others)))
    if item.examples:
        shown = Html(", ".join(f"<code>/{example}</code>" for example in item.examples))
        told.append(t.html(_("For example: {examples}"), examples=shown))
    return Message("\n".join(told), ((do(t.text(_("All commands")), "help"),),))
