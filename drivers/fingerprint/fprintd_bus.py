"""The D-Bus conversation with fprintd: calls with a limit, its signals, and whether it is still the same process."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from time import monotonic
from typing import Any

from jeepney import DBusAddress, HeaderFields, MatchRule, Message, MessageType, Properties, message_bus, new_method_call
from jeepney.auth import AuthenticationError
from jeepney.io.blocking import DBusConnection, open_dbus_connection

from drivers.device import Fault

NAME = "net.reactivated.Fprint"
DEVICE = f"{NAME}.Device"
MANAGER = DBusAddress(f"/{NAME.replace('.', '/')}/Manager", NAME, f"{NAME}.Manager")
CALL_S = 5.0  # activation and the opening of a USB reader come under a second; a loaded machine is given its time
FAULT_OF = {
    f"{NAME}.Error.NoSuchDevice": "fingerprint.not_found",
    f"{NAME}.Error.NoEnrolledPrints": "fingerprint.nothing_enrolled",
    f"{NAME}.Error.PermissionDenied": "fingerprint.not_allowed",
    f"{NAME}.Error.AlreadyInUse": "fingerprint.in_use",
    "org.freedesktop.DBus.Error.AccessDenied": "fingerprint.not_allowed",
    "org.freedesktop.DBus.Error.ServiceUnknown": "fingerprint.service_down",
    "org.freedesktop.DBus.Error.NameHasNoOwner": "fingerprint.service_down",
    "org.freedesktop.DBus.Error.Spawn.ServiceNotFound": "fingerprint.service_down",
    "org.freedesktop.DBus.Error.NoReply": "fingerprint.service_lost",
}


class FprintdBus:
    """One connection, made when it is needed and dropped when it fails. ``address`` as D-Bus writes it, or SYSTEM."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._connection: DBusConnection | None = None
        self._signals: deque[Message] = deque()

    def close(self) -> None:
        connection, self._connection = self._connection, None
        self._signals.clear()
        if connection is not None:
            with suppress(OSError):
                connection.close()

    def find(self, name: str | None) -> str:
        """The default reader's path, or that of the reader of this name. Faults ``not_found``, ``service_down``."""
        if name is None:
            return str(self._ask(new_method_call(MANAGER, "GetDefaultDevice"))[0])
        for path in self._ask(new_method_call(MANAGER, "GetDevices"))[0]:
            if self.named(path) == name:
                return str(path)
        raise Fault("fingerprint.not_found", name)

    def named(self, device: str) -> str:
        """The reader's name as libfprint gives it."""
        reply = self._ask(Properties(DBusAddress(device, NAME, DEVICE)).get("name"))
        return str(reply[0][1])

    def call(self, device: str, method: str, signature: str | None = None, values: tuple[Any, ...] = ()) -> None:
        """One method of the reader. Faults: FAULT_OF, else ``service_failed``."""
        self._ask(new_method_call(DBusAddress(device, NAME, DEVICE), method, signature, values))

    @contextmanager
    def claimed(self, device: str) -> Iterator[None]:
        """The reader is ours alone meanwhile. Signals from before are forgotten."""
        if not device:
            raise Fault("fingerprint.lost", "not open")
        self.call(device, "Claim", "s", ("",))
        self._signals.clear()
        try:
            yield
        finally:
            with suppress(Fault):  # released by itself when either side has gone
                self.call(device, "Release")

    def next_result(self, signal: str, limit_s: float) -> tuple[str, bool]:
        """What fprintd says next of the running work: its word, and whether that ends it.

        Faults ``no_finger`` in time, and ``service_lost`` when the process that worked for us is gone.
        """
        deadline = monotonic() + limit_s
        while True:
            message = self._next_signal(deadline - monotonic())
            member = message.header.fields.get(HeaderFields.member)
            if member == "NameOwnerChanged":
                self.close()
                raise Fault("fingerprint.service_lost", "fprintd ended in the middle")
            if member == signal:
                word, done = message.body
                return str(word), bool(done)

    def _next_signal(self, limit_s: float) -> Message:
        if self._signals:
            return self._signals.popleft()
        try:
            return self._connected().recv_until_filtered(self._signals, timeout=max(0.0, limit_s))
        except TimeoutError:
            raise Fault("fingerprint.no_finger", "nothing in time") from None
        except (OSError, EOFError) as error:
            self.close()
            raise Fault("fingerprint.service_lost", f"the bus went away: {error}") from None

    def _ask(self, message: Message) -> tuple[Any, ...]:
        connection = self._connected()
        try:
            reply = connection.send_and_get_reply(message, timeout=CALL_S)
        except TimeoutError:
            self.close()  # an answer that comes later is nobody's
            raise Fault("fingerprint.silent", f"no answer of fprintd in {CALL_S} s") from None
        except (OSError, EOFError) as error:
            self.close()
            raise Fault("fingerprint.service_lost", f"the bus went away: {error}") from None
        if reply.header.message_type is MessageType.error:
            name = str(reply.header.fields.get(HeaderFields.error_name))
            raise Fault(FAULT_OF.get(name, "fingerprint.service_failed"), name)
        return tuple(reply.body)

    def _connected(self) -> DBusConnection:
        if self._connection is not None:
            return self._connection
        try:
            self._connection = open_dbus_connection(self._address, auth_timeout=CALL_S)
        except (OSError, EOFError, AuthenticationError, ValueError) as error:
            raise Fault("fingerprint.service_down", f"{self._address}: {error}") from None
        results = MatchRule(type="signal", interface=DEVICE)
        owner = MatchRule(type="signal", interface=message_bus.interface, member="NameOwnerChanged")
        owner.add_arg_condition(0, NAME)
        for rule in (results, owner):
            self._ask(message_bus.AddMatch(rule))
            self._connection.filter(rule, queue=self._signals)
        return self._connection
