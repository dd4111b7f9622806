//! Brings a page in the browser up to date with its data.
//!
//! Law: what is the same is not touched, so focus, typed text, open menus and the scroll place stay
//! where they are. What the server wrote is taken over, not made anew.

use crate::attendee::tree::{Element as Data, Node as Part};
use wasm_bindgen::JsCast;
use web_sys::{Document, Element, Node, Text, window};

/// The children of one element, as they are shown.
pub(super) struct Shown {
    parent: Element,
    list: Vec<One>,
}

/// One part and its node, if it has one.
struct One {
    part: Part,
    node: Option<Node>,
    children: Vec<One>,
}

impl Shown {
    /// Takes over what is in `parent`, as far as it is what `parts` says; makes the rest.
    pub(super) fn adopt(parent: Element, parts: Vec<Part>) -> Self {
        let list = adopt(&parent, parts);
        Shown { parent, list }
    }

    /// Shows `parts` instead.
    pub(super) fn show(&mut self, parts: Vec<Part>) {
        update(&self.parent, &mut self.list, parts);
    }
}

fn adopt(parent: &Node, parts: Vec<Part>) -> Vec<One> {
    let mut next = parent.first_child();
    let mut list = Vec::with_capacity(parts.len());
    for mut part in parts {
        let found = next.take();
        let (node, mut children) = match (&mut part, found) {
            (Part::Nothing, found) => {
                next = found;
                list.push(One { part, node: None, children: Vec::new() });
                continue;
            }
            (Part::Text(text), Some(node)) if node.has_type::<Text>() => {
                if node.node_value().as_deref() != Some(text) {
                    node.set_node_value(Some(text));
                }
                (Some(node), Vec::new())
            }
            (Part::Given(_), Some(node)) => (Some(node), Vec::new()),
            (Part::Element(data), Some(node)) if is(&node, data) => {
                let element: &Element = node.unchecked_ref();
                for (name, value) in &data.attributes {
                    if element.get_attribute(name).as_deref() != Some(value) {
                        let _ = element.set_attribute(name, value);
                    }
                }
                let children = adopt(&node, std::mem::take(&mut data.children));
                (Some(node), children)
            }
            (_, found) => {
                // Another page than ours from here on.
                let mut rest = found;
                while let Some(node) = rest {
                    rest = node.next_sibling();
                    let _ = parent.remove_child(&node);
                }
                (None, Vec::new())
            }
        };
        let node = match node {
            Some(node) => {
                next = node.next_sibling();
                Some(node)
            }
            None => {
                let one = make(part);
                put(parent, &one, None);
                list.push(one);
                continue;
            }
        };
        list.push(One { part, node, children: std::mem::take(&mut children) });
    }
    while let Some(node) = next {
        next = node.next_sibling();
        let _ = parent.remove_child(&node);
    }
    list
}

/// Whether the server's node is this element.
fn is(node: &Node, data: &Data) -> bool {
    node.node_name().eq_ignore_ascii_case(data.tag)
}

fn update(parent: &Node, list: &mut Vec<One>, parts: Vec<Part>) {
    let mut at = 0;
    for part in parts {
        // Keys grow along a list: what is smaller has left it.
        while list.get(at).is_some_and(|old| old.part.key() < part.key()) {
            drop_one(parent, &list.remove(at));
        }
        let before = list.get(at).map(|old| (old.part.key() == part.key(), alike(&old.part, &part)));
        match before {
            Some((_, true)) => {
                if let Some(old) = list.get_mut(at) {
                    old.update(part);
                }
            }
            same => {
                if matches!(same, Some((true, _))) {
                    drop_one(parent, &list.remove(at));
                }
                let one = make(part);
                let marker = list.iter().skip(at).find_map(|later| later.node.as_ref());
                put(parent, &one, marker);
                list.insert(at, one);
            }
        }
        at += 1;
    }
    for old in list.drain(at..) {
        drop_one(parent, &old);
    }
}

/// Whether the same node can show both.
fn alike(old: &Part, new: &Part) -> bool {
    match (old, new) {
        (Part::Nothing, Part::Nothing) | (Part::Text(_), Part::Text(_)) | (Part::Given(_), Part::Given(_)) => true,
        (Part::Element(old), Part::Element(new)) => old.tag == new.tag && old.key == new.key,
        _ => false,
    }
}

impl One {
    fn update(&mut self, new: Part) {
        let Some(node) = &self.node else { return };
        match (&mut self.part, new) {
            (Part::Text(old), Part::Text(new)) if *old != new => {
                node.set_node_value(Some(&new));
                *old = new;
            }
            (Part::Element(old), Part::Element(mut new)) => {
                let element: &Element = node.unchecked_ref();
                for (name, value) in &new.attributes {
                    if !old.attributes.iter().any(|(had, was)| had == name && was == value) {
                        let _ = element.set_attribute(name, value);
                    }
                }
                for (name, _) in &old.attributes {
                    if !new.attributes.iter().any(|(has, _)| has == name) {
                        let _ = element.remove_attribute(name);
                    }
                }
                update(node, &mut self.children, std::mem::take(&mut new.children));
                *old = new;
            }
            _ => {}
        }
    }
}

fn make(mut part: Part) -> One {
    let page = window().and_then(|window| window.document());
    let mut children = Vec::new();
    let node = page.and_then(|page| match &mut part {
        Part::Text(text) => Some(page.create_text_node(text).into()),
        Part::Element(data) => {
            let element = make_element(&page, data)?;
            for child in std::mem::take(&mut data.children) {
                let one = make(child);
                put(&element, &one, None);
                children.push(one);
            }
            Some(element.into())
        }
        Part::Nothing | Part::Given(_) => None,
    });
    One { part, node, children }
}

fn make_element(page: &Document, data: &Data) -> Option<Element> {
    let element = match data.tag {
        "svg" | "path" => page.create_element_ns(Some("http://www.w3.org/2000/svg"), data.tag),
        tag => page.create_element(tag),
    }
    .ok()?;
    for (name, value) in &data.attributes {
        let _ = element.set_attribute(name, value);
    }
    Some(element)
}

fn put(parent: &Node, one: &One, marker: Option<&Node>) {
    if let Some(node) = &one.node {
        let _ = parent.insert_before(node, marker);
    }
}

fn drop_one(parent: &Node, one: &One) {
    if let Some(node) = &one.node {
        let _ = parent.remove_child(node);
    }
}
