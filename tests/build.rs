//! Gives the package the folder that Tauri's context macro writes its parts into; there is nothing to build.
fn main() {
    println!("cargo:rerun-if-changed=empty-window");
}
