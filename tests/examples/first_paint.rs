//! `cargo xtask bench`: the app's first paint against an empty window's, alternating in one run, so that whatever else
//! the machine does falls on both. Ends with the ratio and fails where it is above the limit.
#![expect(clippy::print_stdout, reason = "a measurement speaks to its user")]

#[cfg(target_os = "linux")]
#[tokio::main]
async fn main() -> anyhow::Result<()> {
    use clearcut_tests::measure::{first_paint_ms, median};
    use clearcut_tests::session::Session;
    use clearcut_tests::tools::{built, desktop_program};

    /// The app may take this many times as long as an empty window.
    const LIMIT: f64 = 1.3;
    const ROUNDS: usize = 9;

    let session = Session::start()?;
    let app = desktop_program()?;
    let empty = built()?.join("examples/empty_window");
    let (mut of_app, mut of_empty) = (Vec::new(), Vec::new());
    println!("round  empty window  clearcut   (first content, ms after the start of the process)");
    // The first round warms the disk and the web view's caches for both; it does not count.
    for round in 0..=ROUNDS {
        let (empty, app) = (first_paint_ms(&session, &empty).await?, first_paint_ms(&session, &app).await?);
        println!("{round:5}  {empty:12.0}  {app:8.0}");
        if round > 0 {
            of_empty.push(empty);
            of_app.push(app);
        }
    }
    let (empty, app) = (median(of_empty), median(of_app));
    let ratio = app / empty;
    println!("median {empty:12.0}  {app:8.0}   ratio {ratio:.2}, limit {LIMIT}");
    anyhow::ensure!(ratio <= LIMIT, "the first paint takes {ratio:.2} times as long as an empty window's");
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("The first paint is measured on Linux, where the system's web view can be driven.");
}
