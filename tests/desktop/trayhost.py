#!/usr/bin/python3
"""A tray without a screen: programs that bring an icon find it on the bus as they find a panel.

Says WATCHING once it can be found. Then answers each line of its standard input with one line of JSON:
"look" with {"items": [{"title": …, "icon": …, "menu": [{"id": …, "label": …, "enabled": …}, …]}, …]},
"click LABEL" with {"clicked": whether there was such an entry that can be chosen}. Ends with its standard input.
"""
import json
import os
import sys

import gi

gi.require_version("Gio", "2.0")
from gi.repository import Gio, GLib  # noqa: E402

WATCHER = "org.kde.StatusNotifierWatcher"
ITEM = "org.kde.StatusNotifierItem"
MENU = "com.canonical.dbusmenu"
PROPERTIES = "org.freedesktop.DBus.Properties"
DESCRIPTION = f"""<node><interface name='{WATCHER}'>
<method name='RegisterStatusNotifierItem'><arg type='s' direction='in'/></method>
<method name='RegisterStatusNotifierHost'><arg type='s' direction='in'/></method>
<property name='RegisteredStatusNotifierItems' type='as' access='read'/>
<property name='IsStatusNotifierHostRegistered' type='b' access='read'/>
<property name='ProtocolVersion' type='i' access='read'/>
<signal name='StatusNotifierItemRegistered'><arg type='s'/></signal>
<signal name='StatusNotifierHostRegistered'/></interface></node>"""

items = []  # where each icon is: bus name and path


def call(place, path, interface, method, arguments):
    return bus.call_sync(place, path, interface, method, arguments, None, Gio.DBusCallFlags.NONE, 3000, None).unpack()


def of_item(place, path, name):
    return call(place, path, PROPERTIES, "Get", GLib.Variant("(ss)", (ITEM, name)))[0]


def entries(place, path):
    _, (_, _, children) = call(place, path, MENU, "GetLayout", GLib.Variant("(iias)", (0, -1, [])))
    for number, properties, _ in children:
        if properties.get("type") != "separator" and properties.get("visible", True):
            # An underscore marks a key, two are one.
            label = properties.get("label", "").replace("__", "\0").replace("_", "").replace("\0", "_")
            yield dict(id=number, label=label, enabled=properties.get("enabled", True))


def there():
    """The icons whose programs still run, with the path of their menus."""
    for place, path in items:
        try:
            yield place, path, of_item(place, path, "Menu")
        except GLib.Error:
            continue


def icon(place, path):
    name, folder = of_item(place, path, "IconName"), of_item(place, path, "IconThemePath")
    return name if os.path.isabs(name) else os.path.join(folder, name + ".png")


def look():
    return dict(items=[
        dict(title=of_item(place, path, "Title"), icon=icon(place, path), menu=list(entries(place, menu)))
        for place, path, menu in there()
    ])


def click(label):
    for place, _, menu in there():
        for entry in entries(place, menu):
            if entry["label"] == label and entry["enabled"]:
                event = GLib.Variant("(isvu)", (entry["id"], "clicked", GLib.Variant("s", ""), 0))
                call(place, menu, MENU, "Event", event)
                return dict(clicked=True)
    return dict(clicked=False)


def asked(channel, condition):
    line = channel.readline() if condition & GLib.IO_IN else ""
    if not line:
        loop.quit()
        return False
    word, _, rest = line.strip().partition(" ")
    try:
        answer = click(rest) if word == "click" else look()
    except GLib.Error as error:
        answer = dict(error=str(error))
    print(json.dumps(answer), flush=True)
    return True


def registered(_bus, sender, _path, _interface, method, arguments, invocation):
    invocation.return_value(None)
    if method == "RegisterStatusNotifierItem":
        what = arguments.unpack()[0]
        items.append((sender, what) if what.startswith("/") else (what, "/StatusNotifierItem"))


def read(_bus, _sender, _path, _interface, name):
    return {
        "RegisteredStatusNotifierItems": GLib.Variant("as", [place + path for place, path in items]),
        "IsStatusNotifierHostRegistered": GLib.Variant("b", True),
        "ProtocolVersion": GLib.Variant("i", 0),
    }[name]


bus = Gio.bus_get_sync(Gio.BusType.SESSION)
interface = Gio.DBusNodeInfo.new_for_xml(DESCRIPTION).interfaces[0]
bus.register_object("/StatusNotifierWatcher", interface, registered, read, None)
Gio.bus_own_name_on_connection(bus, WATCHER, Gio.BusNameOwnerFlags.NONE, lambda *_: print("WATCHING", flush=True), None)
loop = GLib.MainLoop()
GLib.io_add_watch(sys.stdin, GLib.IO_IN | GLib.IO_HUP, asked)
loop.run()
