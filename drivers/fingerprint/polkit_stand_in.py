"""Says yes, or no, to whatever fprintd asks polkit: for a private bus only, where nobody else listens.

``python -m drivers.fingerprint.polkit_stand_in ADDRESS [yes|no]``
"""

from __future__ import annotations

import sys

from jeepney import HeaderFields, Message, MessageType, message_bus, new_error, new_method_return
from jeepney.io.blocking import open_dbus_connection

NAME = "org.freedesktop.PolicyKit1"
PROPERTIES = {
    "BackendName": ("s", "stand-in"),
    "BackendVersion": ("s", "0"),
    "BackendFeatures": ("u", 0),
}


def answer(call: Message, allow: bool) -> Message:
    """What polkit would say (polkit reference manual, org.freedesktop.PolicyKit1.Authority)."""
    match call.header.fields.get(HeaderFields.member):
        case "CheckAuthorization":
            return new_method_return(call, "(bba{ss})", ((allow, False, {}),))
        case "GetAll":
            return new_method_return(call, "a{sv}", (PROPERTIES,))
        case "Get" if call.body[1] in PROPERTIES:
            return new_method_return(call, "v", (PROPERTIES[call.body[1]],))
        case _:
            return new_error(call, "org.freedesktop.DBus.Error.UnknownMethod")


def main(address: str, allow: bool) -> None:
    """Serve until the bus goes away."""
    with open_dbus_connection(address) as connection:
        connection.send_and_get_reply(message_bus.RequestName(NAME))
        while True:
            try:
                message = connection.receive()
            except (OSError, EOFError):
                return
            if message.header.message_type is MessageType.method_call:
                connection.send(answer(message, allow))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:] != ["no"])
