//! Texts and switches that follow what is known. Behind one type each: every closure in a view is
//! code of its own in the bundle, a signal is not.

use crate::text::{AttendeeKey as K, Texts};
use leptos::prelude::*;

/// The text of the key that holds now; nothing without one.
pub(super) fn line(texts: &Texts<K>, key: impl Fn() -> Option<K> + Send + Sync + 'static) -> Signal<String> {
    let (texts, key): (_, Box<dyn Fn() -> Option<K> + Send + Sync>) = (texts.clone(), Box::new(key));
    said(Box::new(move || key().map(|key| texts.get(key)).unwrap_or_default()))
}

/// A text that is put together.
pub(super) fn said(text: Box<dyn Fn() -> String + Send + Sync>) -> Signal<String> {
    Signal::derive(text)
}

/// A switch.
pub(super) fn flag(is: impl Fn() -> bool + Send + Sync + 'static) -> Signal<bool> {
    let is: Box<dyn Fn() -> bool + Send + Sync> = Box::new(is);
    Signal::derive(is)
}
