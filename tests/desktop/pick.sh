#!/bin/sh
# The menu of buttons that dunst offers, as a program: prints the line that begins with the label in the file "pick" of the
# session's runtime folder. Leaves the whole menu beside it for a test that failed.
tee "$XDG_RUNTIME_DIR/menu" | grep -F -m 1 "#$(cat "$XDG_RUNTIME_DIR/pick") ("
