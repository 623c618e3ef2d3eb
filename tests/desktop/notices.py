#!/usr/bin/python3
"""Listens to what programs ask of the notification daemon and what it answers; one JSON object a line.

{"shown": id, "replaces": id, "app": …, "icon": …, "summary": …, "body": …, "actions": [[key, label], …]},
{"pressed": id, "key": …} and {"closed": id}. The first line is {"listening": true}. Ends with its standard input.
"""
import json
import sys

import gi

gi.require_version("Gio", "2.0")
from gi.repository import Gio, GLib  # noqa: E402

NAME = "org.freedesktop.Notifications"
RULES = [
    f"type='method_call',interface='{NAME}',member='Notify'",
    f"type='signal',interface='{NAME}'",
    # The daemon's answers carry the numbers of what it showed.
    "type='method_return'",
]

asked = {}


def say(**what):
    print(json.dumps(what), flush=True)


def seen(_bus, message, incoming):
    if not incoming:
        return message
    kind, member, body = message.get_message_type(), message.get_member(), message.get_body()
    if kind == Gio.DBusMessageType.METHOD_CALL and member == "Notify":
        app, replaces, icon, summary, text, actions, _, _ = body.unpack()
        pairs = list(zip(actions[::2], actions[1::2]))
        notice = dict(replaces=replaces, app=app, icon=icon, summary=summary, body=text, actions=pairs)
        asked[message.get_sender(), message.get_serial()] = notice
    elif kind == Gio.DBusMessageType.METHOD_RETURN:
        notice = asked.pop((message.get_destination(), message.get_reply_serial()), None)
        if notice is not None:
            say(shown=body.unpack()[0], **notice)
    elif member == "ActionInvoked":
        number, key = body.unpack()
        say(pressed=number, key=key)
    elif member == "NotificationClosed":
        say(closed=body.unpack()[0])
    # Nothing is handed on: a monitor that answered would be thrown off the bus.
    return None


address = Gio.dbus_address_get_for_bus_sync(Gio.BusType.SESSION)
flags = Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION
bus = Gio.DBusConnection.new_for_address_sync(address, flags)
request = GLib.Variant("(asu)", (RULES, 0))
bus.call_sync(
    "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus.Monitoring", "BecomeMonitor",
    request, None, Gio.DBusCallFlags.NONE, -1,
)
bus.add_filter(seen)
say(listening=True)
loop = GLib.MainLoop()
GLib.io_add_watch(sys.stdin, GLib.IO_HUP, lambda *_: (loop.quit(), False)[1])
loop.run()
