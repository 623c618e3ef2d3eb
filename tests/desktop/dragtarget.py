#!/usr/bin/python3
"""A small GTK 3 window on which files can be dropped, as on a file manager's.

Says one line at a time: READY x y width height (in root coordinates) once it can be seen, then FILE address for each file that is
dropped, and END. Ends when its standard input closes.
"""
import sys

import gi

gi.require_version("Gtk", "3.0")
gi.require_version("Gdk", "3.0")
from gi.repository import Gdk, GLib, Gtk  # noqa: E402


def say(*words):
    print(*words, flush=True)


class Target:
    def __init__(self):
        self.box = Gtk.EventBox()
        self.box.add(Gtk.Label(label="drop here"))
        self.box.drag_dest_set(Gtk.DestDefaults.ALL, [], Gdk.DragAction.COPY)
        self.box.drag_dest_add_uri_targets()
        self.box.connect("drag-data-received", self.received)
        window = Gtk.Window(title="clearcut-test-drag-target")
        window.set_default_size(120, 80)
        window.set_keep_above(True)
        window.add(self.box)
        window.connect("destroy", Gtk.main_quit)
        window.show_all()
        window.move(0, 0)

    def received(self, _widget, _context, _x, _y, selection, _info, _time):
        for address in selection.get_uris():
            say("FILE", address)
        say("END")

    def ready(self):
        place = self.box.get_window()
        if place is None or not place.is_viewable():
            return True  # look again
        _, x, y = place.get_origin()
        room = self.box.get_allocation()
        say("READY", x, y, room.width, room.height)
        return False


target = Target()
# The window manager moves the window once more after mapping it: ask for its place only then.
GLib.timeout_add(300, target.ready)
GLib.io_add_watch(sys.stdin, GLib.IO_HUP, lambda *_: (Gtk.main_quit(), False)[1])
Gtk.main()
