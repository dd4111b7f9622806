//! What not every browser has, asked for by name: typed bindings would throw where it is missing.

use js_sys::{Array, Function, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

/// A property, if it is there.
pub(crate) fn get(of: &JsValue, name: &str) -> Option<JsValue> {
    Reflect::get(of, &JsValue::from_str(name)).ok().filter(|value| !value.is_undefined() && !value.is_null())
}

/// Sets a property; a browser that refuses goes without.
pub(crate) fn set(of: &JsValue, name: &str, value: impl Into<JsValue>) {
    let _ = Reflect::set(of, &JsValue::from_str(name), &value.into());
}

/// Calls a method with one argument, if it is there and does not refuse.
pub(crate) fn call(of: &JsValue, name: &str, argument: &JsValue) -> Option<JsValue> {
    get(of, name)?.dyn_into::<Function>().ok()?.call1(of, argument).ok()
}

/// An object with these properties.
pub(crate) fn object(properties: &[(&str, JsValue)]) -> Object {
    let object = Object::new();
    for (name, value) in properties {
        set(&object, name, value);
    }
    object
}

/// A list of one.
pub(crate) fn one(value: &JsValue) -> Array {
    Array::of1(value)
}
