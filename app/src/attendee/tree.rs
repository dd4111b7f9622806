//! A page as data: what the server writes as HTML and the browser keeps up to date is one value.
//!
//! Law: what a person types, opens, focuses or scrolls is no part of it, so an update never touches
//! it. One type for every page, where a view would bring code of its own for each shape it has
//! (decision 0011).

/// A part of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Node {
    /// Not there now; keeps the place among its siblings.
    Nothing,
    /// Plain text, never markup.
    Text(String),
    /// An element.
    Element(Element),
    /// Made by the server, never touched by the browser: its HTML, empty in the browser.
    Given(String),
}

/// An element of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Element {
    /// Its name, in small letters.
    pub(crate) tag: &'static str,
    /// Tells it from its siblings in a list whose beginning goes away: grows along the list. 0 in
    /// every other place.
    pub(crate) key: u32,
    /// By name, in the order in which they were set.
    pub(crate) attributes: Vec<(&'static str, String)>,
    /// In order.
    pub(crate) children: Vec<Node>,
}

/// An empty element.
pub(crate) fn el(tag: &'static str) -> Element {
    Element { tag, key: 0, attributes: Vec::new(), children: Vec::new() }
}

impl Element {
    /// With an attribute.
    pub(crate) fn set(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.attributes.push((name, value.into()));
        self
    }

    /// With an attribute that has no value, if `on`.
    pub(crate) fn flag(self, name: &'static str, on: bool) -> Self {
        if on { self.set(name, "") } else { self }
    }

    /// With a class; none if it is empty.
    pub(crate) fn class(self, class: &'static str) -> Self {
        if class.is_empty() { self } else { self.set("class", class) }
    }

    /// With a key: see [`Element::key`].
    pub(crate) fn key(mut self, key: u32) -> Self {
        self.key = key;
        self
    }

    /// With one child more. Texts beside each other become one, as they would in a browser.
    pub(crate) fn add(mut self, child: impl Into<Node>) -> Self {
        match (self.children.last_mut(), child.into()) {
            (_, Node::Text(text)) if text.is_empty() => self.children.push(Node::Nothing),
            (Some(Node::Text(before)), Node::Text(text)) => before.push_str(&text),
            (_, child) => self.children.push(child),
        }
        self
    }

    /// With these children after the others.
    pub(crate) fn all(mut self, children: Vec<Element>) -> Self {
        self.children.extend(children.into_iter().map(Node::Element));
        self
    }
}

impl From<Element> for Node {
    fn from(element: Element) -> Self {
        Node::Element(element)
    }
}

impl From<Option<Element>> for Node {
    fn from(element: Option<Element>) -> Self {
        element.map_or(Node::Nothing, Node::Element)
    }
}

impl From<String> for Node {
    fn from(text: String) -> Self {
        Node::Text(text)
    }
}

impl Node {
    /// Its key; 0 without one.
    #[cfg(feature = "hydrate")]
    pub(crate) fn key(&self) -> u32 {
        if let Node::Element(element) = self { element.key } else { 0 }
    }

    /// Writes it as HTML.
    #[cfg(feature = "ssr")]
    pub(crate) fn write(&self, html: &mut String) {
        use super::shell::escape;
        match self {
            Node::Nothing => {}
            Node::Text(text) => html.push_str(&escape(text)),
            Node::Given(made) => html.push_str(made),
            Node::Element(Element { tag, attributes, children, .. }) => {
                html.extend(["<", tag]);
                for (name, value) in attributes {
                    html.extend([" ", name, "=\"", &escape(value), "\""]);
                }
                html.push('>');
                if *tag != "input" {
                    children.iter().for_each(|child| child.write(html));
                    html.extend(["</", tag, ">"]);
                }
            }
        }
    }
}

/// Several parts as HTML.
#[cfg(feature = "ssr")]
pub(crate) fn html(nodes: &[Node]) -> String {
    let mut html = String::new();
    nodes.iter().for_each(|node| node.write(&mut html));
    html
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[test]
    fn whatever_a_person_wrote_stays_text() {
        let row = el("p").set("title", "a\"b").add("<b>& ".to_owned()).add("x".to_owned()).add(None::<Element>);
        assert_eq!(html(&[row.into()]), "<p title=\"a&quot;b\">&lt;b&gt;&amp; x</p>");
    }

    #[test]
    fn an_input_has_no_end_and_a_flag_no_value() {
        let row = el("form").add(el("input").set("name", "key").flag("hidden", true)).add(String::new());
        assert_eq!(html(&[row.into()]), "<form><input name=\"key\" hidden=\"\"></form>");
    }
}
