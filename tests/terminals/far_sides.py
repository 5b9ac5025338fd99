from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from bot_service.terminals.bridge.wire import bridge_api
from bot_service.terminals.isolated.process import isolated_api


class FarPaper:
    """Paper terminals on far sides, in children and behind real RPyC servers, told what to do by files.

    `order(function, fault)` lets the next call of a function hang, come late or end its process;
    `conditions` change what the broker allows; a file `clock` sets their time, else it is the wall's.
    """

    LOADER = "tests.terminals.far_paper:load"
    ROOT = Path(__file__).parents[2]

    def __init__(self, folder):
        self.folder = folder
        self.apis = []
        self.servers = []

    def order(self, function, fault):
        (self.folder / f"{function}.{fault}").touch()

    def conditions(self, **fields):
        (self.folder / "conditions").write_text(json.dumps(fields), encoding="utf-8")

    def forbid(self, forbidden=True):
        """Let new children find no package."""
        if forbidden:
            (self.folder / "forbidden").touch()
        else:
            (self.folder / "forbidden").unlink()

    def calls(self):
        return (self.folder / "calls").read_text(encoding="utf-8").split()

    def isolated(self, sign_in=None, **options):
        api = isolated_api(
            sign_in, loader=self.LOADER, loader_args=(str(self.folder), str(self.folder)), **options
        )
        self.apis.append(api)
        return api

    def bridged(self, sign_in=None, port=None, **options):
        port = self.serve() if port is None else port
        api = bridge_api(f"rpyc://127.0.0.1:{port}", sign_in, **options)
        self.apis.append(api)
        return api

    def serve(self, port=0):
        server = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "tests.terminals.serve_paper",
                str(port),
                str(self.folder),
                str(self.folder),
            ],
            stdout=subprocess.PIPE,
            text=True,
            cwd=self.ROOT,
        )
        self.servers.append(server)
        return int(server.stdout.readline())

    def end_servers(self):
        for server in self.servers:
            server.kill()
            server.wait()

    def close(self):
        for api in self.apis:
            api.kill()
            api.shutdown()
        self.end_servers()
        for server in self.servers:
            server.stdout.close()
