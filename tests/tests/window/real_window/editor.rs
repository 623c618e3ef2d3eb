//! The picture editor in the real window: what it shows is what lies in the files afterwards, to the pixel. The files are decoded by
//! eyes of the test's own.

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use clearcut_tests::app::App;
use clearcut_tests::cutout::{self, FACE};
use clearcut_tests::place::Place;
use clearcut_tests::practice::Endpoint;
use clearcut_tests::session::Session;
use clearcut_tests::steps::{self, id};
use clearcut_tests::{stage, tools};
use fantoccini::key::Key;
use image::RgbaImage;
use image::imageops::{FilterType, resize, thumbnail};
use serde_json::json;

/// Where the face is, as fractions of the picture.
const ON_THE_FACE: stage::Place = (225.0 / 512.0, 120.0 / 512.0);
/// A corner that is background.
const CORNER: stage::Place = (4.0 / 512.0, 4.0 / 512.0);

/// A window with the astronaut opened and her preview on the stage.
async fn opened<'a>(session: &'a Session, place: &Place) -> Result<App<'a>> {
    let photo = place.photo("astronaut.png")?;
    let app = App::start(session, place).await?;
    steps::bring(&app, &[photo]).await?;
    app.click(&steps::card("previewed")).await?;
    stage::ready(&app).await?;
    Ok(app)
}

fn exported(place: &Place, names: &[String]) -> Result<RgbaImage> {
    let path = place.photos().join(names.first().context("nothing was exported")?);
    cutout::load(&path)
}

fn photo() -> Result<RgbaImage> {
    cutout::load(&tools::sample("astronaut.png"))
}

#[tokio::test]
async fn a_colour_that_is_chosen_is_behind_the_subject_in_exported_and_in_paid_files() -> Result<()> {
    if let Some(reason) = Session::impossible() {
        tools::leave_out(&reason);
        return Ok(());
    }
    let (session, place) = (Session::start()?, Place::fresh()?);
    let app = opened(&session, &place).await?;
    stage::choose(&app, "background").await?;
    app.click(&id("backdrop-kind-colour")).await?;
    let field = id("colour-hex");
    app.type_into(&field, &format!("{}a", Key::Control)).await?;
    app.type_into(&field, &format!("#12c85a{}", Key::Enter)).await?;
    stage::comes_to(&app, CORNER, [0x12, 0xc8, 0x5a]).await?;

    let file = exported(&place, &stage::export(&app).await?)?;
    ensure!(file.dimensions() == (512, 512), "exported as {:?}", file.dimensions());
    ensure!(file.get_pixel(4, 4).0 == [0x12, 0xc8, 0x5a, 255], "in the corner: {:?}", file.get_pixel(4, 4));
    let (face, original) = (file.get_pixel(FACE.0, FACE.1), photo()?);
    ensure!(face == original.get_pixel(FACE.0, FACE.1), "the face is {face:?}");
    ensure!(Endpoint::of(&place)?.charged().await? == clearcut_credits::Credits::ZERO, "an export was charged");

    steps::download(&app).await?;
    let paid = cutout::load(&place.photos().join("astronaut-cutout-2.png"))?;
    ensure!(paid.get_pixel(4, 4).0 == [0x12, 0xc8, 0x5a, 255], "in the paid file: {:?}", paid.get_pixel(4, 4));
    app.close().await
}

#[tokio::test]
async fn a_stroke_erases_undo_brings_back_and_restoring_takes_from_the_photo() -> Result<()> {
    if let Some(reason) = Session::impossible() {
        tools::leave_out(&reason);
        return Ok(());
    }
    let (session, place) = (Session::start()?, Place::fresh()?);
    let app = opened(&session, &place).await?;
    let alpha = |file: &RgbaImage, (x, y): (u32, u32)| file.get_pixel(x, y).0[3];

    stage::choose(&app, "brush").await?;
    let (x, y) = ON_THE_FACE;
    stage::drag(&app, &[(x - 0.08, y), (x, y), (x + 0.08, y)]).await?;
    let erased = exported(&place, &stage::export(&app).await?)?;
    ensure!(erased.get_pixel(FACE.0, FACE.1).0 == [0; 4], "the stroke left {:?}", erased.get_pixel(FACE.0, FACE.1));
    ensure!(alpha(&erased, (225, 160)) > 250, "it erased beside its line");
    cutout::check_nothing_hidden(&erased)?;

    // By keys, as a person who has never seen the buttons would.
    app.type_into(&id("brush-pad"), &format!("{}z", Key::Control)).await?;
    let back = exported(&place, &stage::export(&app).await?)?;
    let original = photo()?;
    ensure!(back.get_pixel(FACE.0, FACE.1) == original.get_pixel(FACE.0, FACE.1), "undo left a hole");
    app.type_into(&id("brush-pad"), &format!("{}{}z", Key::Control, Key::Shift)).await?;

    app.click(&id("brush-tool-restore")).await?;
    stage::drag(&app, &[(0.05, 0.05), (0.1, 0.05)]).await?;
    let restored = exported(&place, &stage::export(&app).await?)?;
    ensure!(restored.get_pixel(38, 26) == original.get_pixel(38, 26), "restored as {:?}", restored.get_pixel(38, 26));
    ensure!(alpha(&restored, FACE) == 0, "redo did not erase again");

    // The same strokes lie on what is paid, and can be taken back there.
    steps::download(&app).await?;
    let paid = cutout::load(&place.photos().join("astronaut-cutout-4.png"))?;
    ensure!(alpha(&paid, FACE) == 0 && alpha(&paid, (38, 26)) == 255, "the paid file lacks the strokes");
    stage::ready(&app).await?;
    app.click(&id("edit-undo")).await?;
    app.click(&id("edit-undo")).await?;
    let whole = exported(&place, &stage::export(&app).await?)?;
    ensure!(alpha(&whole, FACE) == 255 && alpha(&whole, (38, 26)) == 0, "the paid picture kept its strokes");
    app.close().await
}

#[tokio::test]
async fn before_lies_at_the_left_of_the_line_and_after_at_its_right() -> Result<()> {
    if let Some(reason) = Session::impossible() {
        tools::leave_out(&reason);
        return Ok(());
    }
    let (session, place) = (Session::start()?, Place::fresh()?);
    let app = opened(&session, &place).await?;
    stage::choose(&app, "compare").await?;
    app.click(&id("compare-ground-black")).await?;
    let (original, background) = (photo()?, (0.03, 0.3));
    let [r, g, b, _] = original.get_pixel(15, 154).0;

    stage::comes_to(&app, background, [r, g, b]).await?;
    // The upper right of the photo is background, too, and black once it is cut out.
    stage::comes_to(&app, (0.97, 0.03), [0; 3]).await?;
    app.type_into(&id("slider"), &Key::Home.to_string()).await?;
    stage::comes_to(&app, background, [0; 3]).await?;
    app.type_into(&id("slider"), &Key::End.to_string()).await?;
    let [r, g, b, _] = original.get_pixel(497, 15).0;
    stage::comes_to(&app, (0.97, 0.03), [r, g, b]).await?;

    app.click(&id("compare-view-result")).await?;
    app.click(&id("compare-ground-white")).await?;
    stage::comes_to(&app, background, [255; 3]).await?;
    app.click(&id("compare-view-alpha")).await?;
    stage::comes_to(&app, background, [0; 3]).await?;
    stage::comes_to(&app, ON_THE_FACE, [255; 3]).await?;
    app.click(&id("compare-view-beside")).await?;
    let two = format!("{} ~ {}", id("canvas-frame"), id("canvas-frame"));
    app.wait_for(&two).await?;
    app.click(&id("zoom-whole")).await?;
    app.wait_for(&format!("{}[data-zoom='1.0000']", id("stage"))).await?;
    app.close().await
}

#[tokio::test]
async fn what_the_editor_shows_is_what_the_file_becomes() -> Result<()> {
    if let Some(reason) = Session::impossible() {
        tools::leave_out(&reason);
        return Ok(());
    }
    let (session, place) = (Session::start()?, Place::fresh()?);
    let app = opened(&session, &place).await?;
    let subject = json!({ "x": 0.04, "y": -0.05, "scale": 0.8, "turn": 12 });
    let drop = json!({ "x": 0.03, "y": 0.04, "blur": 0.02, "opacity": 0.6 });
    let touch = json!({ "opacity": 0.5, "spread": 0.06 });
    let soft =
        json!({ "tool": "erase", "size": 0.12, "hardness": 0.3, "snap": false, "points": [[0.3, 0.2], [0.5, 0.3]] });
    let snapped =
        json!({ "tool": "restore", "size": 0.2, "hardness": 0.8, "snap": true, "points": [[0.15, 0.2], [0.2, 0.4]] });
    let canvases = [
        json!({ "kind": "original" }),
        json!({ "kind": "subject", "margin": 0.1 }),
        json!({ "kind": "fixed", "width": 640, "height": 480, "margin": 0.1 }),
    ];
    let backdrops = [
        json!({ "kind": "template", "name": "floor" }),
        json!({ "kind": "blurred", "radius": 0.02 }),
        json!({ "kind": "colour", "rgb": "#e8d8c0" }),
    ];
    for (canvas, backdrop) in canvases.into_iter().zip(backdrops) {
        let scene = json!({ "canvas": canvas, "backdrop": backdrop, "subject": subject, "drop_shadow": drop, "contact_shadow": touch });
        set_edits(&app, &json!({ "strokes": [soft, snapped], "scene": scene })).await?;
        app.client().refresh().await?;
        app.click(&steps::card("previewed")).await?;
        stage::ready(&app).await?;
        stage::choose(&app, "shadow").await?;

        let shown = stage::shown(&app, SIDE).await?;
        let file = exported(&place, &stage::export(&app).await?)?;
        let even = resize(&file, SIDE * 8, SIDE * 8, FilterType::Triangle);
        let small = thumbnail(&even, SIDE, SIDE);
        let mut differences: Vec<u8> = small
            .pixels()
            .zip(&shown)
            .flat_map(|(file, shown)| (0..3).map(move |channel| file.0[channel].abs_diff(shown[channel])))
            .collect();
        differences.sort_unstable();
        let mean = differences.iter().map(|value| f64::from(*value)).sum::<f64>() / f64::from(SIDE * SIDE * 3);
        let most = differences[differences.len() * 99 / 100];
        eprintln!("{canvas}: {mean:.2} levels on average, {most} at the 99th of 100");
        // Two ways of making a picture smaller differ at its edges; a shadow or a stroke in the wrong place differs everywhere.
        ensure!(
            mean < 1.8 && most < 16,
            "{canvas} on {backdrop}: {mean:.2} levels on average, {most} at the 99th of 100"
        );
    }
    app.close().await
}

/// Both pictures are compared at this size: pixels that differ by their ways of smoothing do not count.
const SIDE: u32 = 64;

/// Keeps edits of the one picture, as the window itself does.
async fn set_edits(app: &App<'_>, edits: &serde_json::Value) -> Result<()> {
    let script = "const [edits, done] = arguments, call = window.__TAURI_INTERNALS__.invoke; \
        call('overview').then(o => call('set_edits', { picture: o.pictures[0].id, edits })).then(() => done(null), done);";
    let problem = app.client().execute_async(script, vec![edits.clone()]).await?;
    ensure!(problem.is_null(), "the edits were refused: {problem}");
    Ok(())
}

/// A scene on a picture of 12 megapixels, changed in every frame.
#[tokio::test]
async fn a_frame_of_a_twelve_megapixel_scene_takes_less_than_sixteen_milliseconds() -> Result<()> {
    if let Some(reason) = Session::impossible() {
        tools::leave_out(&reason);
        return Ok(());
    }
    let (session, place) = (Session::start()?, Place::fresh()?);
    let large: PathBuf = place.photos().join("large.jpg");
    image::open(tools::sample("astronaut.png"))?
        .resize_exact(4000, 3000, FilterType::Triangle)
        .into_rgb8()
        .save(&large)?;
    let app = App::start(&session, &place).await?;
    steps::bring(&app, &[large]).await?;
    app.click(&steps::card("previewed")).await?;
    stage::ready(&app).await?;
    stage::choose(&app, "background").await?;
    app.click(&id("backdrop-kind-template")).await?;
    stage::choose(&app, "shadow").await?;
    app.click(&id("drop-shadow")).await?;
    app.click(&id("contact-shadow")).await?;

    let mut slow = Vec::new();
    for (what, tool, pad) in
        [("moving", "place", "place-frame"), ("brushing", "brush", "brush-pad"), ("comparing", "compare", "slider")]
    {
        stage::choose(&app, tool).await?;
        let took = app.client().execute_async(FRAMES, vec![json!(id(pad))]).await?;
        let Frame { script, drawing, painting } = serde_json::from_value(took)?;
        let all = script + drawing + painting;
        eprintln!(
            "{what}: {all:.1} ms a frame: script {script:.1}, drawing {drawing:.1}, the page's painting {painting:.1}"
        );
        if all >= 16.0 {
            slow.push(format!("{what} {all:.1} ms"));
        }
    }
    ensure!(slow.is_empty(), "too slow: {}", slow.join(", "));
    app.close().await
}

/// What a frame takes, in milliseconds.
#[derive(serde::Deserialize)]
struct Frame {
    script: f64,
    drawing: f64,
    painting: f64,
}

/// Moves the pointer over the stage once a frame, as a hand would, and measures what the page does with it: the handling of the move;
/// the drawing, until it is done (reading a pixel back waits for that); and style, layout and painting, which end before the next
/// message is read. The medians of sixty frames, in milliseconds.
const FRAMES: &str = "const [css, done] = arguments; \
    const pad = document.querySelector(css), f = document.querySelector('[data-testid=canvas-frame]').getBoundingClientRect(); \
    const context = document.querySelector('[data-testid=backdrop]').getContext('2d'); \
    const next = window.requestAnimationFrame.bind(window); let drawn = 0; \
    window.requestAnimationFrame = deed => next(now => { const from = performance.now(); deed(now); \
        context.getImageData(0, 0, 1, 1); drawn += performance.now() - from; }); \
    const message = () => new Promise(read => { const ports = new MessageChannel(); ports.port1.onmessage = read; \
        ports.port2.postMessage(0); }); \
    const send = (type, n) => pad.dispatchEvent(new PointerEvent(type, { bubbles: true, button: 0, buttons: 1, pointerId: 1, \
        clientX: f.left + f.width * (0.4 + 0.2 * Math.sin(n / 9)), clientY: f.top + f.height * (0.4 + 0.2 * Math.cos(n / 7)) })); \
    pad.setPointerCapture = () => {}; pad.parentElement.setPointerCapture = () => {}; \
    const median = values => values.toSorted((a, b) => a - b)[30]; \
    (async () => { const script = [], drawing = [], painting = []; send('pointerdown', 0); \
        for (let n = 0; n < 60; n++) { await new Promise(next); await message(); drawn = 0; \
            const from = performance.now(); send('pointermove', n); await null; await null; await null; \
            script.push(performance.now() - from); \
            await new Promise(next); drawing.push(drawn); \
            const to = performance.now(); await message(); painting.push(performance.now() - to); } \
        send('pointerup', 60); window.requestAnimationFrame = next; \
        done({ script: median(script), drawing: median(drawing), painting: median(painting) }); })();";
