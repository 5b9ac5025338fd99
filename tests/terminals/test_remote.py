from __future__ import annotations

import logging
from collections import namedtuple

import pytest

from bot_service.terminals import far
from bot_service.terminals.channel import NotSent, Refused, SignIn
from bot_service.terminals.remote import HEARTBEAT_S, RemoteApi
from bot_service.terminals.retcodes import BROKEN, HOST_DOWN, NO_LINK, NOT_ANSWERING, NOT_READY, OTHER_ACCOUNT

Account = namedtuple("Account", "login server trade_mode")  # noqa: PYI024
Terminal = namedtuple("Terminal", "connected")  # noqa: PYI024


class Package:
    """A far side in this process; `logged_in` is the account that its terminal shows."""

    __version__ = "5.0.0"
    ORDER_TYPE_BUY = 0

    def __init__(self):
        self.calls = []
        self.logged_in = Account(7, "Broker-Demo", 0)
        self.known = {7: "Broker-Demo", 8: "Broker-Demo"}
        self.answers = {}
        self.error = (1, "Success")

    def last_error(self):
        return self.error

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)

        def called(*args, **kwargs):
            self.calls.append((name, args, kwargs))
            self.error = (1, "Success")
            if name in self.answers:
                answer, self.error = self.answers[name]
                if isinstance(answer, Exception):
                    raise answer
                return answer
            return getattr(self, f"_{name}")(*args, **kwargs)

        return called

    def _initialize(self, *_args, **_kwargs):
        return True

    def _shutdown(self):
        return True

    def _terminal_info(self):
        return Terminal(True)

    def _account_info(self):
        return self.logged_in

    def _login(self, login, **_kwargs):
        if login not in self.known:
            self.error = (-6, "Authorization failed")
            return False
        self.logged_in = Account(login, self.known[login], 0)
        return True

    def _symbol_select(self, *_args):
        return True

    def _order_send(self, request):
        return request["volume"]


class Wire:
    """A channel to such a package; `fault` is raised by the next call of a function."""

    def __init__(self, package):
        self.package = package
        self.opened = 0
        self.open_ = False
        self.fault = {}
        self.refusal = None
        self.deadlines = {}

    def open(self, deadline_s):
        self.opened += 1
        if self.refusal is not None:
            raise self.refusal
        self.open_ = True
        return far.hello(type(self.package))

    def call(self, name, args, kwargs, deadline_s):
        self.deadlines[name] = deadline_s
        if not self.open_:
            raise NotSent("closed")
        if name in self.fault:
            raise self.fault.pop(name)
        return far.call(self.package, name, args, kwargs)

    def explain(self, error):
        return error

    def close(self):
        self.open_ = False

    def kill(self):
        self.open_ = False


class Seconds:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def package():
    return Package()


@pytest.fixture
def wire(package):
    return Wire(package)


@pytest.fixture
def seconds():
    return Seconds()


@pytest.fixture
def make_api(wire, seconds):
    return lambda sign_in=None: RemoteApi(wire, sign_in, monotonic=seconds)


def names(package):
    return [name for name, _, _ in package.calls]


def arguments(package, wanted):
    return [(args, kwargs) for name, args, kwargs in package.calls if name == wanted]


ORDER = {"action": 1, "volume": 0.1}


def test_the_path_goes_first_and_no_password_with_it(make_api, package):
    api = make_api(SignIn(r"C:\MT5\terminal64.exe", 8, "secret", "Broker-Demo", portable=True))

    assert api.initialize()

    assert arguments(package, "initialize") == [
        ((r"C:\MT5\terminal64.exe",), {"timeout": 15_000, "portable": True})
    ]
    assert arguments(package, "login") == [
        ((8,), {"password": "secret", "server": "Broker-Demo", "timeout": 15_000})
    ]


def test_an_account_that_is_logged_in_already_is_not_logged_in_again(make_api, package):
    assert make_api(SignIn(login=7, password="secret")).initialize()

    assert "login" not in names(package)


@pytest.mark.parametrize(
    ("sign_in", "code"),
    [
        (SignIn(login=9, password="secret"), -6),
        (SignIn(login=7, server="Broker-Live"), OTHER_ACCOUNT),
        (SignIn(server="Elsewhere"), OTHER_ACCOUNT),
    ],
)
def test_another_account_is_no_connection(make_api, wire, sign_in, code):
    api = make_api(sign_in)

    assert api.initialize() is False

    assert api.last_error()[0] == code
    assert api.account_info() is None
    assert not wire.open_


def test_a_terminal_without_account_is_not_called_slow(make_api, package):
    package.answers["initialize"] = (False, (-10005, "IPC timeout"))
    api = make_api()

    assert api.initialize() is False
    assert api.last_error()[0] == NOT_READY


def test_nothing_is_asked_before_the_first_connection(make_api, package):
    api = make_api()

    assert api.account_info() is None
    assert api.symbol_select("EURUSD") is False
    assert api.order_send(ORDER) is None
    assert api.last_error() == NO_LINK
    assert package.calls == []


def test_an_answer_and_its_last_error_come_together(make_api, package):
    api = make_api()
    api.initialize()
    package.answers["positions_get"] = (None, (-10001, "IPC send failed"))

    assert api.positions_get() is None
    package.error = (1, "Success")  # whatever happens over there meanwhile

    assert api.last_error() == (-10001, "IPC send failed")


@pytest.mark.parametrize(
    ("fault", "code"), [(TimeoutError("slow"), NOT_ANSWERING), (ConnectionError("gone"), BROKEN)]
)
def test_an_order_without_answer_is_unknown_and_ends_the_far_side(make_api, wire, seconds, fault, code):
    api = make_api()
    api.initialize()
    wire.fault["order_send"] = fault

    with pytest.raises((TimeoutError, ConnectionError)):
        api.order_send(ORDER)

    assert not wire.open_
    assert api.account_info() is None
    assert api.last_error()[0] == code
    assert api.order_send(ORDER) is None
    assert api.last_error() == NO_LINK


def test_an_order_that_never_left_is_surely_not_sent(make_api, wire, package):
    api = make_api()
    api.initialize()
    wire.fault["order_send"] = NotSent("gone")

    assert api.order_send(ORDER) is None
    assert api.last_error() == NO_LINK
    assert "order_send" not in names(package)


def test_a_call_that_came_too_late_was_not_made(package):
    assert far.call(package, "order_send", (), (), not_after=0.0) == (far.TOO_LATE,)
    assert package.calls == []


def test_after_silence_the_far_side_is_looked_at_before_an_order(make_api, wire, package, seconds):
    api = make_api()
    api.initialize()
    seconds.now = HEARTBEAT_S
    wire.fault["last_error"] = TimeoutError("hangs")

    assert api.order_send(ORDER) is None

    assert api.last_error() == NO_LINK
    assert "order_send" not in names(package)


def test_a_live_far_side_gets_the_order_after_silence(make_api, seconds):
    api = make_api()
    api.initialize()
    seconds.now = HEARTBEAT_S

    assert api.order_send(ORDER) == 0.1


def test_connecting_waits_for_the_back_off_and_says_why_meanwhile(make_api, wire, seconds):
    wire.refusal = Refused(HOST_DOWN, "nobody there")
    api = make_api()
    for wait in (1, 2, 5, 10, 30, 30):
        assert api.initialize() is False
        assert api.last_error() == (HOST_DOWN, "nobody there")
        tried = wire.opened
        seconds.now += wait - 0.1
        assert api.initialize() is False
        assert api.last_error() == (HOST_DOWN, "nobody there")
        assert wire.opened == tried
        seconds.now += 0.1
    wire.refusal = None

    assert api.initialize()
    assert api.last_error() == (1, "Success")


def test_a_new_connection_shows_the_symbols_of_the_old_one(make_api, wire, package, seconds):
    api = make_api()
    api.initialize()
    api.symbol_select("XAUUSD", True)
    wire.fault["positions_get"] = TimeoutError("slow")
    with pytest.raises(TimeoutError):
        api.positions_get()
    package.calls.clear()
    seconds.now += 1

    assert api.initialize()

    assert [name for name in names(package) if name in ("initialize", "symbol_select")] == [
        "initialize",
        "symbol_select",
    ]
    assert arguments(package, "symbol_select")[0][0] == ("XAUUSD",)


def test_a_terminal_that_lost_its_broker_is_left_alone(make_api, wire, package):
    api = make_api()
    api.initialize()
    package.answers["terminal_info"] = (Terminal(False), (1, "Success"))
    package.calls.clear()

    assert api.initialize()

    assert wire.opened == 1
    assert "initialize" not in names(package)


def test_a_terminal_that_was_closed_is_connected_anew(make_api, wire, package):
    api = make_api()
    api.initialize()
    package.answers["terminal_info"] = (None, (-10004, "No IPC connection"))

    api.initialize()

    assert wire.opened == 2


@pytest.mark.parametrize(
    ("raised", "seen"),
    [(TypeError("keyword"), TypeError), (SystemError("set"), SystemError), (OSError("own"), RuntimeError)],
)
def test_an_exception_of_the_package_is_raised_here_and_keeps_the_connection(
    make_api, wire, package, raised, seen
):
    api = make_api()
    api.initialize()
    package.answers["symbol_info"] = (raised, (1, "Success"))

    with pytest.raises(seen):
        api.symbol_info(name="EURUSD")

    assert wire.open_


def test_each_kind_of_call_has_its_own_deadline(make_api, wire):
    api = make_api()
    api.initialize()
    api.order_send(ORDER)

    assert wire.deadlines["initialize"] > wire.deadlines["order_send"] > wire.deadlines["account_info"]


def test_constants_are_the_packages_own(make_api):
    api = make_api()
    with pytest.raises(AttributeError):
        _ = api.ORDER_TYPE_BUY
    api.initialize()

    assert api.ORDER_TYPE_BUY == 0
    with pytest.raises(AttributeError):
        _ = api.no_such_function


def test_a_password_shows_nowhere(make_api, package, caplog):
    caplog.set_level(logging.DEBUG)
    sign_in = SignIn(login=9, password="sesame-open")
    api = make_api(sign_in)
    api.initialize()

    assert "sesame-open" not in caplog.text + repr(sign_in) + repr(api.last_error())
