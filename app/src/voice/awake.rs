//! A screen that stays on while it carries a call or is on duty: a phone that locks itself ends every
//! sound and hears no more.

use super::js;
use js_sys::Promise;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::window;

/// The browser's wake lock, where there is one. Let go with this value.
#[derive(Default)]
pub(crate) struct Awake(Rc<RefCell<Option<JsValue>>>);

impl Awake {
    /// Asks for it, also again: the browser takes it away from a page that is hidden. A browser that
    /// refuses (low battery) goes without.
    pub(crate) fn keep(&self) {
        self.keep_and_tell(|_| ());
    }

    /// As [`Awake::keep`], and says whether the screen stays on now.
    pub(crate) fn keep_and_tell(&self, tell: impl FnOnce(bool) + 'static) {
        let locks = window().and_then(|window| js::get(&window.navigator(), "wakeLock"));
        let asked = locks.and_then(|locks| js::call(&locks, "request", &JsValue::from_str("screen")));
        let Some(asked) = asked.and_then(|asked| asked.dyn_into::<Promise>().ok()) else { return tell(false) };
        let held = Rc::downgrade(&self.0);
        spawn_local(async move {
            let Ok(lock) = JsFuture::from(asked).await else { return tell(false) };
            match held.upgrade() {
                Some(held) => {
                    if let Some(before) = held.replace(Some(lock)) {
                        release(&before);
                    }
                    tell(true);
                }
                // The call ended meanwhile.
                None => release(&lock),
            }
        });
    }
}

impl Drop for Awake {
    fn drop(&mut self) {
        if let Some(lock) = self.0.take() {
            release(&lock);
        }
    }
}

fn release(lock: &JsValue) {
    let _ = js::call(lock, "release", &JsValue::UNDEFINED);
}
