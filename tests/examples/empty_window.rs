//! The smallest Tauri window with one line of text: what the first paint of the app is measured against. It opens like
//! the app does and does nothing else.
#![expect(clippy::disallowed_methods, reason = "Tauri's own macro ends the process where the context is broken")]

fn main() -> anyhow::Result<()> {
    tauri::Builder::default().run(tauri::generate_context!("empty-window/tauri.conf.json"))?;
    Ok(())
}
