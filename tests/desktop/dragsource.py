#!/usr/bin/python3
"""A small GTK 3 window from which the files named on the command line can be dragged, as from a file manager.

Says one line at a time: READY x y width height (in root coordinates) once it can be seen, then BEGIN, DATA target,
FAILED reason and END as the drag goes on. Ends when its standard input closes.
"""
import pathlib
import sys

import gi

gi.require_version("Gtk", "3.0")
gi.require_version("Gdk", "3.0")
from gi.repository import Gdk, GLib, Gtk  # noqa: E402


def say(*words):
    print(*words, flush=True)


class Source:
    def __init__(self, files):
        self.uris = [pathlib.Path(file).resolve().as_uri() for file in files]
        self.box = Gtk.EventBox()
        self.box.add(Gtk.Label(label="files"))
        self.box.drag_source_set(Gdk.ModifierType.BUTTON1_MASK, [], Gdk.DragAction.COPY)
        self.box.drag_source_add_uri_targets()
        self.box.connect("drag-begin", lambda *_: say("BEGIN"))
        self.box.connect("drag-data-get", self.hand_over)
        self.box.connect("drag-failed", self.failed)
        self.box.connect("drag-end", lambda *_: say("END"))
        window = Gtk.Window(title="clearcut-test-drag-source")
        window.set_default_size(120, 80)
        window.set_keep_above(True)
        window.add(self.box)
        window.connect("destroy", Gtk.main_quit)
        window.show_all()
        window.move(0, 0)

    def hand_over(self, _widget, _context, selection, _info, _time):
        selection.set_uris(self.uris)
        say("DATA", selection.get_target().name())

    def failed(self, _widget, _context, result):
        say("FAILED", result.value_nick)
        return False

    def ready(self):
        place = self.box.get_window()
        if place is None or not place.is_viewable():
            return True  # look again
        _, x, y = place.get_origin()
        room = self.box.get_allocation()
        say("READY", x, y, room.width, room.height)
        return False


source = Source(sys.argv[1:])
# The window manager moves the window once more after mapping it: ask for its place only then.
GLib.timeout_add(300, source.ready)
GLib.io_add_watch(sys.stdin, GLib.IO_HUP, lambda *_: (Gtk.main_quit(), False)[1])
Gtk.main()
