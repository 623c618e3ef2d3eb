//! placeholder
use clearcut_tests::app::App;
use clearcut_tests::place::Place;
use clearcut_tests::session::Session;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let t = std::time::Instant::now();
    let session = Session::start()?;
    eprintln!("session {:?}", t.elapsed());
    let place = Place::fresh()?;
    let app =
        App::start_binary(&session, &place, &clearcut_tests::tools::built()?.join("examples/empty_window")).await?;
    eprintln!("app {:?}", t.elapsed());
    eprintln!("{}", app.text("p").await?);
    app.screenshot_to(std::path::Path::new("/tmp/empty.png")).await?;
    eprintln!("shot {:?}", t.elapsed());
    app.close().await?;
    eprintln!("closed {:?}", t.elapsed());
    drop(session);
    eprintln!("end {:?}", t.elapsed());
    Ok(())
}
