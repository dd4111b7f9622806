//! Reads a poster with the phone's camera. Law: the pictures stay in the page and the camera is off
//! as soon as the question is.

use super::guard::Phone;
use super::poster::code_in;
use crate::text::StaffKey as K;
use domain::wire::StaffCommand;
use js_sys::{Object, Reflect};
use leptos::html;
use leptos::prelude::*;
use rqrr::PreparedImage;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, HtmlVideoElement, MediaStream, MediaStreamConstraints};

/// A picture is read this often.
const LOOK_EVERY_MS: u64 = 250;
/// Pictures are read at most this wide: enough for a poster at arm's length, quick on an old phone.
const WIDEST: u32 = 480;

/// The camera's picture, until a poster was read or the camera refuses.
pub(super) fn scan(phone: Phone, scanning: RwSignal<bool>, done: impl Fn() + Copy + 'static) -> impl IntoView {
    let store = phone.store;
    let video = NodeRef::<html::Video>::new();
    let stream = StoredValue::new_local(None::<MediaStream>);
    let hint = RwSignal::new(K::HoldPoster);
    let gone = StoredValue::new(false);
    leptos::task::spawn_local(async move {
        match camera().await {
            Some(found) if gone.try_get_value() == Some(false) => {
                if let Some(video) = video.get_untracked() {
                    video.set_src_object(Some(&found));
                }
                stream.set_value(Some(found));
            }
            Some(found) => stop(&found),
            None => {
                let _ = hint.try_set(K::CameraRefused);
            }
        }
    });
    let canvas = StoredValue::new_local(None::<HtmlCanvasElement>);
    let look = move || {
        let read = video.get_untracked().and_then(|video| {
            let canvas = canvas.get_value().or_else(|| {
                let made: Option<HtmlCanvasElement> = document().create_element("canvas").ok()?.dyn_into().ok();
                canvas.set_value(made.clone());
                made
            })?;
            read_picture(&video, &canvas)
        });
        match read.map(|text| code_in(&text)) {
            Some(Ok(code)) => {
                scanning.set(false);
                store.send_then(StaffCommand::Scan(code.url_form()), done);
            }
            Some(Err(_)) => hint.set(K::NotOurPoster),
            None => {}
        }
    };
    let timer = set_interval_with_handle(look, core::time::Duration::from_millis(LOOK_EVERY_MS)).ok();
    on_cleanup(move || {
        if let Some(timer) = timer {
            timer.clear();
        }
        gone.set_value(true);
        stream.with_value(|stream| stream.as_ref().map(stop));
    });
    view! {
        <div class="camera">
            <video node_ref=video prop:autoplay=true prop:muted=true playsinline="" aria-label=store.get(K::ScanPoster)></video>
            <p role="status">{move || store.get(hint.get())}</p>
            <button type="button" class="button is-wide" on:click=move |_| scanning.set(false)>
                {store.get(K::StopCamera)}
            </button>
        </div>
    }
}

/// Asks for the camera at the back; `None` when the browser or the person refuses.
async fn camera() -> Option<MediaStream> {
    let navigator = web_sys::window()?.navigator();
    let devices = navigator.media_devices().ok().filter(|devices| !devices.is_undefined())?;
    let wish = Object::new();
    Reflect::set(&wish, &JsValue::from_str("facingMode"), &JsValue::from_str("environment")).ok()?;
    let constraints = MediaStreamConstraints::new();
    constraints.set_video(&wish);
    let asked = devices.get_user_media_with_constraints(&constraints).ok()?;
    JsFuture::from(asked).await.ok()?.dyn_into().ok()
}

fn stop(stream: &MediaStream) {
    for track in stream.get_tracks() {
        if let Ok(track) = track.dyn_into::<web_sys::MediaStreamTrack>() {
            track.stop();
        }
    }
}

/// The text of a QR code in the present picture.
fn read_picture(video: &HtmlVideoElement, canvas: &HtmlCanvasElement) -> Option<String> {
    let (wide, high) = (video.video_width(), video.video_height());
    if wide == 0 || high == 0 {
        return None;
    }
    let width = wide.min(WIDEST);
    let height = high * width / wide;
    canvas.set_width(width);
    canvas.set_height(height);
    let options = Object::new();
    Reflect::set(&options, &JsValue::from_str("willReadFrequently"), &JsValue::TRUE).ok()?;
    let context: CanvasRenderingContext2d =
        canvas.get_context_with_context_options("2d", &options).ok()??.dyn_into().ok()?;
    let (w, h) = (f64::from(width), f64::from(height));
    context.draw_image_with_html_video_element_and_dw_and_dh(video, 0.0, 0.0, w, h).ok()?;
    let pixels = context.get_image_data(0.0, 0.0, w, h).ok()?.data().0;
    let grey = |x: usize, y: usize| {
        let at = (y * width as usize + x) * 4;
        // Rec. 601 weights in 256ths.
        let weigh = |offset: usize, weight: u32| u32::from(pixels.get(at + offset).copied().unwrap_or(0)) * weight;
        ((weigh(0, 77) + weigh(1, 150) + weigh(2, 29)) >> 8) as u8
    };
    let mut picture = PreparedImage::prepare_from_greyscale(width as usize, height as usize, grey);
    picture.detect_grids().into_iter().find_map(|grid| grid.decode().ok()).map(|(_, text)| text)
}
