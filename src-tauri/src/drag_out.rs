//! Files dragged out of the window into another program. Under Linux with GTK itself: `drag` 2.1 writes paths into addresses without
//! escaping them, and takes the files back before the other program has asked for them. Elsewhere with `drag`.

use std::path::PathBuf;

use tauri::{Runtime, WebviewWindow};

/// Longest side of what hangs at the pointer, in logical pixels.
#[cfg(target_os = "linux")]
const ICON: i32 = 96;

/// Begins the drag with the mouse button that is down; for the thread of the event loop. `ended` is called when the files were dropped
/// somewhere, or nowhere.
///
/// # Errors
/// Why the system does not let a drag begin, in words.
#[cfg(target_os = "linux")]
pub(crate) fn begin<R: Runtime>(
    window: &WebviewWindow<R>,
    files: &[PathBuf],
    icon: &[u8],
    ended: impl Fn() + 'static,
) -> Result<(), String> {
    use std::cell::RefCell;
    use std::rc::Rc;

    use gtk::glib::SignalHandlerId;
    use gtk::prelude::*;
    use gtk::{gdk, glib};

    let window = window.gtk_window().map_err(|error| error.to_string())?;
    let addresses: Result<Vec<glib::GString>, _> = files.iter().map(|file| glib::filename_to_uri(file, None)).collect();
    let addresses = addresses.map_err(|error| error.to_string())?;
    let targets = gtk::TargetList::new(&[]);
    targets.add_uri_targets(0);
    let Some(context) = window.drag_begin_with_coordinates(&targets, gdk::DragAction::COPY, 1, None, -1, -1) else {
        return Err("no mouse button is down".to_owned());
    };
    match scaled(icon) {
        Some(icon) => context.drag_set_icon_pixbuf(&icon, -12, -12),
        None => context.drag_set_icon_default(),
    }
    let handlers: Rc<RefCell<Vec<SignalHandlerId>>> = Rc::default();
    let given = window.connect_drag_data_get(move |_, _, data, _, _| {
        let addresses: Vec<&str> = addresses.iter().map(glib::GString::as_str).collect();
        data.set_uris(&addresses);
    });
    let over = window.connect_drag_end({
        let handlers = Rc::clone(&handlers);
        move |window, _| {
            for handler in handlers.take() {
                window.disconnect(handler);
            }
            ended();
        }
    });
    handlers.borrow_mut().extend([given, over]);
    Ok(())
}

/// The picture at the pointer; `None` where it cannot be read.
#[cfg(target_os = "linux")]
fn scaled(icon: &[u8]) -> Option<gtk::gdk_pixbuf::Pixbuf> {
    use gtk::gdk_pixbuf::{InterpType, PixbufLoader};
    use gtk::prelude::*;

    let loader = PixbufLoader::new();
    let written = loader.write(icon);
    // Closed even where the bytes were none, or it complains.
    loader.close().and(written).ok()?;
    let whole = loader.pixbuf()?;
    let longest = whole.width().max(whole.height()).max(1);
    let side = |side: i32| (side * ICON / longest).max(1);
    whole.scale_simple(side(whole.width()), side(whole.height()), InterpType::Bilinear)
}

/// Begins the drag with the mouse button that is down; for the thread of the event loop. `ended` is called when the files were dropped
/// somewhere, or nowhere.
///
/// # Errors
/// Why the system does not let a drag begin, in words.
#[cfg(not(target_os = "linux"))]
pub(crate) fn begin<R: Runtime>(
    window: &WebviewWindow<R>,
    files: &[PathBuf],
    icon: &[u8],
    ended: impl Fn() + Send + 'static,
) -> Result<(), String> {
    let item = drag::DragItem::Files(files.to_vec());
    let icon = drag::Image::Raw(icon.to_vec());
    drag::start_drag(window, item, icon, move |_, _| ended(), drag::Options::default())
        .map_err(|error| error.to_string())
}
