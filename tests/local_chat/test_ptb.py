from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
import telegram
from telegram import error


@pytest.fixture
def run(api):
    def with_bot(talk):
        async def session():
            addresses = {"base_url": f"{api.url}/bot", "base_file_url": f"{api.url}/file/bot"}
            async with telegram.Bot(api.token, **addresses) as bot:
                return await talk(bot)

        return asyncio.run(session())

    return with_bot


def test_the_client_library_understands_every_answer(api, run, png):
    api.sim("message", text="/start abc", language="en")
    keyboard = telegram.InlineKeyboardMarkup([[telegram.InlineKeyboardButton("yes", callback_data="y")]])

    async def talk(bot):
        (update,) = await bot.get_updates(timeout=1, allowed_updates=telegram.Update.ALL_TYPES)
        assert update.message.text == "/start abc"
        assert update.effective_user.language_code == "en"
        entity = update.message.entities[0]
        assert update.message.parse_entity(entity) == "/start"
        sent = await bot.send_message(1001, "<b>😀 hi</b>", "HTML", reply_markup=keyboard)
        assert sent.parse_entities() == {sent.entities[0]: "😀 hi"}
        pressed = api.sim("press", message_id=sent.message_id, data="y")
        (update,) = await bot.get_updates(offset=update.update_id + 1)
        assert update.callback_query.id == pressed["callback_query_id"]
        assert await update.callback_query.answer("ok")
        edited = await update.callback_query.edit_message_text("done")
        assert edited.text == "done"
        assert edited.reply_markup is None
        photo = await bot.send_photo(1001, png(), caption="c", reply_to_message_id=sent.message_id)
        assert photo.reply_to_message.message_id == sent.message_id
        file = await photo.photo[-1].get_file()
        assert bytes(await file.download_as_bytearray()) == png()
        document = await bot.send_document(1001, b"a;b", filename="deals.csv")
        assert document.document.file_name == "deals.csv"
        scope = telegram.BotCommandScopeChat(1001)
        assert await bot.set_my_commands([("status", "Status")], scope=scope, language_code="id")
        assert (await bot.get_my_commands(scope=scope, language_code="id"))[0].command == "status"
        assert (await bot.get_chat(1001)).first_name == "Trader"
        assert (await bot.get_webhook_info()).url == ""
        assert await bot.send_chat_action(1001, "typing")
        assert await photo.delete()

    run(talk)


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ({"kind": "status", "status": 400}, error.BadRequest),
        ({"kind": "status", "status": 401}, error.InvalidToken),
        ({"kind": "blocked"}, error.Forbidden),
        ({"kind": "status", "status": 409}, error.Conflict),
        ({"kind": "status", "status": 502}, error.NetworkError),
        ({"kind": "drop_before"}, error.NetworkError),
        ({"kind": "drop_after"}, error.NetworkError),
    ],
)
def test_faults_reach_the_client_library_as_its_errors(api, run, fault, expected):
    api.sim("fault", method="sendMessage", **fault)

    async def talk(bot):
        with pytest.raises(expected):
            await bot.send_message(1001, "x")

    run(talk)


def test_retry_after_reaches_the_client_library(api, run):
    api.sim("fault", method="sendMessage", kind="status", status=429, retry_after=7)

    async def talk(bot):
        with pytest.raises(error.RetryAfter) as refused:
            await bot.send_message(1001, "x")
        assert refused.value.retry_after == timedelta(seconds=7)

    run(talk)


def test_a_new_number_of_a_group_reaches_the_client_library(api, run):
    old = api.sim("group", title="Small", type="group")["chat_id"]
    new = api.sim("migrate", chat_id=old)["chat_id"]

    async def talk(bot):
        with pytest.raises(error.ChatMigrated) as refused:
            await bot.send_message(old, "x")
        assert refused.value.new_chat_id == new
        topic_chat = api.sim("group", title="Forum", topics=["One"])
        sent = await bot.send_message(
            topic_chat["chat_id"], "x", message_thread_id=topic_chat["message_thread_ids"][0]
        )
        assert sent.is_topic_message
        assert sent.chat.is_forum

    run(talk)


def test_the_client_library_sends_keys_and_changes_pictures(api, run, png):
    keys = telegram.ReplyKeyboardMarkup([["/status", "/bots"]], resize_keyboard=True, is_persistent=True)

    async def talk(bot):
        await bot.send_message(1001, "x", reply_markup=keys)
        assert api.http.get(f"{api.url}/sim/view").json()["keyboard"]["resize_keyboard"] is True
        await bot.send_message(1001, "x", reply_markup=telegram.ReplyKeyboardRemove())
        assert api.http.get(f"{api.url}/sim/view").json()["keyboard"] is None
        photo = await bot.send_photo(1001, png())
        media = telegram.InputMediaPhoto(png(20, 10), caption="new")
        edited = await photo.edit_media(media)
        assert (edited.caption, edited.photo[-1].width) == ("new", 20)

    run(talk)
