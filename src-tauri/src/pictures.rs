//! The picture protocol: thumbnails and previews reach the window as bytes under an id, never as JSON and never as files.
//! It refuses every address that is not one of its own shapes, so that no path can be walked. The window's own page, and no
//! other, may also read the pixels, because the editor composes on a canvas.

use clearcut_app::Served;
use tauri::http::{Request, Response, StatusCode, header};
use tauri::{Manager, Runtime, UriSchemeContext, UriSchemeResponder, async_runtime};

use crate::{Shell, WINDOW};

/// The scheme; on Windows the web view sees it as `http://clearcut.localhost/`.
pub(crate) const SCHEME: &str = "clearcut";

/// What can be seen of a picture: its thumbnail, the original at the size of the window, and the cutout.
const SIDES: [&str; 3] = ["thumb", "before", "after"];

/// Where the window's page comes from: on Linux and macOS, and on Windows. To the web view the scheme of pictures is another place.
const PAGES: [&str; 3] = ["tauri://localhost", "http://tauri.localhost", "https://tauri.localhost"];

/// Answers one request, as soon as the picture is there.
#[expect(clippy::needless_pass_by_value, reason = "Tauri calls it with values")]
pub(crate) fn serve<R: Runtime>(
    context: UriSchemeContext<'_, R>,
    request: Request<Vec<u8>>,
    responder: UriSchemeResponder,
) {
    let versioned = request.uri().query().is_some_and(|query| query.starts_with("v="));
    let address = request.uri().path().trim_start_matches('/').to_owned();
    if context.webview_label() != WINDOW || !is_one_of_ours(&address) {
        responder.respond(nothing());
        return;
    }
    let reader = reader(&request);
    let handle = context.app_handle().clone();
    async_runtime::spawn(async move {
        let served = match handle.state::<Shell>().app().await {
            Ok(app) => app.picture_bytes(&address).await,
            Err(problem) => Err(problem),
        };
        responder.respond(match served {
            Ok(served) => found(served, versioned, reader),
            Err(problem) => {
                tracing::debug!(address, %problem, "no picture to serve");
                nothing()
            }
        });
    });
}

/// `thumb/ID`, `before/ID` or `after/ID`, where an id is hexadecimal digits and dashes; `template/NAME`, where a name is small
/// letters and underscores; `backdrop/HASH`, where a hash is 64 hexadecimal digits.
fn is_one_of_ours(address: &str) -> bool {
    let Some((side, id)) = address.split_once('/') else { return false };
    match side {
        "template" => (1..=32).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'),
        "backdrop" => id.len() == 64 && id.bytes().all(|byte| byte.is_ascii_hexdigit()),
        _ => SIDES.contains(&side) && id.len() == 36 && id.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-'),
    }
}

/// The page that asks to read the pixels, where it is the window's own.
fn reader<T>(request: &Request<T>) -> Option<&'static str> {
    let origin = request.headers().get(header::ORIGIN)?.to_str().ok()?;
    PAGES.into_iter().find(|page| *page == origin)
}

/// A picture. An address with a version never changes its meaning; one without may.
fn found(served: Served, versioned: bool, reader: Option<&'static str>) -> Response<Vec<u8>> {
    let keep = if versioned { "private, max-age=31536000, immutable" } else { "no-store" };
    let mut response = Response::builder().header(header::VARY, "Origin");
    if let Some(page) = reader {
        response = response.header(header::ACCESS_CONTROL_ALLOW_ORIGIN, page);
    }
    response
        .header(header::CONTENT_TYPE, served.mime)
        .header(header::CACHE_CONTROL, keep)
        .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff")
        .body(served.bytes)
        .unwrap_or_else(|_| nothing())
}

/// No picture, and no word why: the window knows the reason from the picture's state.
fn nothing() -> Response<Vec<u8>> {
    let mut response = Response::new(Vec::new());
    *response.status_mut() = StatusCode::NOT_FOUND;
    response.headers_mut().insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
    response
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    const ID: &str = "0192f0c1-2345-7abc-8def-0123456789ab";

    #[test]
    fn the_three_sides_of_a_picture_have_addresses() {
        for side in SIDES {
            assert!(is_one_of_ours(&format!("{side}/{ID}")), "{side}");
        }
    }

    #[test]
    fn so_have_the_backgrounds() {
        assert!(is_one_of_ours("template/dark_floor"));
        assert!(is_one_of_ours(&format!("backdrop/{}", "0f".repeat(32))));
    }

    #[test]
    fn no_other_address_gets_as_far_as_the_app() {
        for address in [
            "",
            "thumb",
            "thumb/",
            "thumb/..",
            "vault/x",
            "thumb/../../etc/passwd",
            "thumb/%2e%2e%2fpasswd",
            "thumb//etc/passwd",
            "THUMB/0192f0c1-2345-7abc-8def-0123456789ab",
            "thumb/0192f0c1-2345-7abc-8def-0123456789ab/x",
            "thumb/0192f0c1-2345-7abc-8def-0123456789zz",
            "template/../vault",
            "template/",
            "backdrop/..",
            "backdrop/0192f0c1-2345-7abc-8def-0123456789ab",
        ] {
            assert!(!is_one_of_ours(address), "{address}");
        }
    }

    #[test]
    fn only_an_address_with_a_version_may_be_kept() {
        let served = || Served { mime: "image/png", bytes: vec![1] };
        assert_eq!(
            found(served(), true, None).headers()[header::CACHE_CONTROL],
            "private, max-age=31536000, immutable"
        );
        assert_eq!(found(served(), false, None).headers()[header::CACHE_CONTROL], "no-store");
    }

    #[test]
    fn only_the_windows_own_page_may_read_pixels() {
        let from = |origin: &str| reader(&Request::builder().header(header::ORIGIN, origin).body(()).unwrap());
        for page in PAGES {
            assert_eq!(from(page), Some(page));
        }
        assert_eq!(from("https://example.org"), None);
        assert_eq!(from("null"), None);
        assert_eq!(reader(&Request::builder().body(()).unwrap()), None);
        let served = || Served { mime: "image/png", bytes: vec![1] };
        let allowed = |page| found(served(), true, page).headers().get(header::ACCESS_CONTROL_ALLOW_ORIGIN).cloned();
        assert_eq!(allowed(None), None);
        assert_eq!(allowed(Some("tauri://localhost")).unwrap(), "tauri://localhost");
    }

    #[test]
    fn a_problem_has_no_body() {
        assert_eq!(nothing().status(), StatusCode::NOT_FOUND);
        assert!(nothing().body().is_empty());
    }
}
