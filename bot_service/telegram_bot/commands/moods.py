"""How people feel, in one tap; and notes, typed or as a reply."""

from __future__ import annotations

from collections.abc import Sequence

from bot_service.domain.errors import InvalidValue
from bot_service.domain.findings import Mood
from bot_service.domain.people import Role
from bot_service.i18n import mark as _
from bot_service.services.check_ins import CheckInReceipt, CheckInView
from bot_service.telegram_bot.registry import Group, Kind, command, typed
from bot_service.telegram_bot.render import do
from bot_service.telegram_bot.request import Reply, Request
from bot_service.telegram_bot.which import named_account

TYPED_MOODS = {
    Mood.CALM: ("tenang",),
    Mood.CONFIDENT: ("yakin", "percaya_diri", "pede"),
    Mood.NEUTRAL: ("netral", "biasa_saja", "biasa"),
    Mood.DOUBTFUL: ("ragu", "ragu-ragu"),
    Mood.ANXIOUS: ("cemas", "takut", "khawatir", "afraid", "fear"),
    Mood.FRUSTRATED: ("kesal", "frustrasi", "frustasi", "marah", "angry"),
    Mood.GREEDY: ("fomo", "serakah"),
    Mood.TIRED: ("lelah", "capek", "capai"),
    Mood.BORED: ("bosan",),
}
CHANGE = frozenset({"change", "ganti"})
SKIP = frozenset({"skip", "lewati"})
_LONGEST_NUMBER = 9
_TWO_WORDS = 2
_MARKS = ",.;:!"


@command(
    "mood",
    group=Group.MENTOR,
    role=Role.VIEWER,
    kind=Kind.CHANGE,
    summary=_("How do you feel? One tap"),
    usage=_("[mood] [why]"),
    examples=("mood", "mood calm", "mood change"),
    aliases={"id": ("perasaan",)},
    menu=10,
    private=True,
    state="mentor",
)
def mood(request: Request) -> Reply:
    """Ask with nine buttons, or store, correct or skip."""
    account, words = named_account(request)
    if not words:
        return request.show(CheckInView())
    first, rest = words[0].lower(), words[1:]
    if first in SKIP:
        return request.show(request.services.check_ins.skip(request.actor, _number(rest)))
    if first in CHANGE:
        return _change(request, rest)
    chosen, why = chosen_mood(words)
    prompt = None
    if request.pressed and why.isascii() and why.isdecimal():
        # A button of a question carries the question's number.
        prompt, why = _number((why,)), ""
    return _stored(request, request.services.check_ins.mood(request.actor, chosen, account, prompt, note=why))


def _change(request: Request, rest: Sequence[str]) -> Reply:
    if not rest:
        return request.show(request.services.check_ins.correctable(request.actor))
    chosen, _why = chosen_mood(rest)
    return _stored(request, request.services.check_ins.correct(request.actor, chosen))


def _stored(request: Request, receipt: CheckInReceipt) -> Reply:
    reply, check_in = request.show(receipt), receipt.check_in
    if check_in is None:
        return reply

    def noted(message_id: int) -> None:
        request.services.check_ins.shown_as(request.actor, check_in.at, message_id)

    return Reply(reply.messages, shown_as=noted)


def chosen_mood(words: Sequence[str]) -> tuple[Mood, str]:
    """Return the mood that the first word, or the first two, mean in either language, and the rest.

    Raises:
        InvalidValue: no mood is called so.
    """
    for count in (_TWO_WORDS, 1):
        plain = "_".join(word.strip(_MARKS) for word in words[:count]).lower()
        for code, names in TYPED_MOODS.items():
            if len(words) >= count and (plain == code or plain in names):
                return code, " ".join(words[count:])
    raise InvalidValue("mood", words[0][:32], "unknown_mood", ", ".join(Mood))


def _number(words: Sequence[str]) -> int:
    word = words[0] if words else ""
    if not (word.isascii() and word.isdecimal()) or len(word) > _LONGEST_NUMBER:
        raise InvalidValue("mood", word[:32], "no_such_choice")
    return int(word)


@command(
    "note",
    group=Group.MENTOR,
    role=Role.VIEWER,
    kind=Kind.CHANGE,
    summary=_("Write a note into today's journal"),
    usage=_("TEXT"),
    examples=("note closed early because of the news",),
    aliases={"id": ("catat",)},
    private=True,
    state="notes",
)
def note(request: Request) -> Reply:
    """Store a note; without a text explain how."""
    if not request.rest:
        return request.say(
            _("Type the note behind the command: <code>/note closed early because of the news</code>")
        )
    return _noted(request, request.rest)


def _noted(request: Request, text: str) -> Reply:
    kept = request.services.check_ins.note(request.actor, text)
    t = request.t
    row = (do(t.text(_("📒 Report")), "report"),)
    return request.say(_("📝 Noted: “{note}”"), note=kept, keyboard=(row,))


@typed(role=Role.VIEWER, rank=10)
def replied(request: Request) -> Reply | None:
    """Take a reply to a check-in as its note, a reply to the question as a mood or a note."""
    if not request.reply_to or request.in_group:
        return None
    check_ins, actor = request.services.check_ins, request.actor
    if check_ins.told_by(actor, request.reply_to) is not None:
        return _noted(request, request.line)
    prompt = check_ins.asked_by(actor, request.reply_to, request.member.time_zone)
    if prompt is None:
        return None
    try:
        chosen, why = chosen_mood(request.line.split() or [""])
    except InvalidValue:
        return _noted(request, request.line)
    return _stored(request, check_ins.mood(actor, chosen, None, prompt.id, note=why))
