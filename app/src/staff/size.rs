//! The size that an element has now.

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, ResizeObserver};

/// Tells of each size of an element, the first one too, as long as it is on the page.
pub(crate) fn on_size(of: NodeRef<html::Div>, told: impl Fn(&Element) + Copy + 'static) {
    let kept = StoredValue::new_local(None::<(ResizeObserver, Closure<dyn FnMut()>)>);
    Effect::new(move |_| {
        let Some(element) = of.get() else { return };
        let seen = element.clone();
        let sized = Closure::<dyn FnMut()>::new(move || told(&seen));
        if let Ok(observer) = ResizeObserver::new(sized.as_ref().unchecked_ref()) {
            observer.observe(&element);
            kept.set_value(Some((observer, sized)));
        }
    });
    on_cleanup(move || {
        let _ = kept.try_with_value(|kept| {
            if let Some((observer, _)) = kept {
                observer.disconnect();
            }
        });
    });
}
