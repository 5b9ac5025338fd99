from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from bot_service.local_chat import ChatServer, LocalChat

KILLED = """
import sys, time
from datetime import datetime, UTC
from pathlib import Path
from bot_service.local_chat import ChatServer, LocalChat
server = ChatServer(LocalChat(Path(sys.argv[1]), clock=lambda: datetime.now(UTC))).start()
sys.stdout.write(server.url + "\\n")
sys.stdout.flush()
time.sleep(60)
"""


def test_everything_is_there_after_a_restart_and_ids_go_on_rising(serve, tmp_path, png):
    first = serve(tmp_path)
    first.call("setMyCommands", commands=[{"command": "a", "description": "b"}])
    said = first.sim("message", text="unconfirmed", language="en")
    pressed = first.press("later")
    files = {"photo": ("c.png", png())}
    photo = first.http.post(f"{first.url}/bot{first.token}/sendPhoto", data={"chat_id": 1001}, files=files)
    file_id = photo.json()["result"]["photo"][0]["file_id"]
    before = first.transcript()
    first.server.stop()

    second = serve(tmp_path)
    assert second.transcript() == before
    assert [one["update_id"] for one in second.call("getUpdates")] == [
        said["update_id"],
        pressed["update_id"],
    ]
    assert second.call("getMyCommands") == [{"command": "a", "description": "b"}]
    assert second.call("getFile", file_id=file_id)["file_id"] == file_id
    assert second.call("answerCallbackQuery", callback_query_id=pressed["callback_query_id"]) is True
    after = second.sim("message", text="new")
    assert after["update_id"] > pressed["update_id"]
    assert after["message_id"] > before["messages"][-1]["message_id"]
    assert second.transcript(after=before["next"])["messages"][-1]["from"]["language_code"] == "en"


def test_confirmed_updates_do_not_come_back_and_their_ids_neither(serve, tmp_path):
    first = serve(tmp_path)
    last = first.sim("message", text="x")
    first.call("getUpdates")
    first.call("getUpdates", offset=last["update_id"] + 1)
    first.call("deleteMessage", chat_id=1001, message_id=last["message_id"])
    first.server.stop()
    second = serve(tmp_path)
    assert second.call("getUpdates") == []
    new = second.sim("message", text="y")
    assert new["update_id"] > last["update_id"]
    assert new["message_id"] > last["message_id"]


def test_message_ids_are_unique_over_all_chats(api):
    ids = [api.sim("message", text="x", user_id=user)["message_id"] for user in (1, 2, 1, 2)]
    ids += [api.call("sendMessage", chat_id=user, text="x")["message_id"] for user in (1, 2)]
    assert len(set(ids)) == 6
    assert ids == sorted(ids)


def test_what_was_answered_survives_a_kill(tmp_path, serve, http):
    command = [sys.executable, "-c", KILLED, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        url = process.stdout.readline().strip()
        said = http.post(f"{url}/sim/message", json={"text": "before the kill"}).json()
        os.kill(process.pid, getattr(signal, "SIGKILL", signal.SIGTERM))
        process.wait(10)
    api = serve(tmp_path)
    assert [one["update_id"] for one in api.call("getUpdates")] == [said["update_id"]]


def test_a_taken_port_is_told_at_the_start(api, clock):
    chat = LocalChat(None, clock=clock)
    with pytest.raises(OSError, match=r"in use|only one usage|permi"):
        ChatServer(chat, port=api.server.port).start()
    chat.store.close()


def test_a_file_of_the_first_version_gets_what_it_lacks(serve, tmp_path):
    first = serve(tmp_path)
    first.sim("message", text="old", chat_id=-5)
    first.server.stop()
    with closing(sqlite3.connect(tmp_path / "chat.db")) as file:
        for table, column in (("person", "note"), ("room", "facts"), ("bot", "webhook")):
            file.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
        for table in ("room_member", "topic", "blocked", "keyboard"):
            file.execute(f"DROP TABLE {table}")
        file.commit()
    second = serve(tmp_path)
    assert [one["text"] for one in second.transcript()["messages"]] == ["old"]
    assert second.call("sendMessage", chat_id=-5, text="new")["chat"]["title"] == "Group 5"
    assert second.call("getWebhookInfo")["url"] == ""
