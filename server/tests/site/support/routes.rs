//! Every route of both routers, read from their own source: a new one cannot be forgotten.

/// One method of one address.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Route {
    /// Whether it is on the staff's host.
    pub staff: bool,
    pub method: &'static str,
    pub path: String,
}

const ATTENDEE: &str = include_str!("../../../src/http/attendee/mod.rs");
const STAFF: &str = include_str!("../../../src/http/staff/mod.rs");

/// All of them.
pub fn all() -> Vec<Route> {
    let mut routes = read(ATTENDEE, false);
    routes.extend(read(STAFF, true));
    routes.sort();
    assert!(routes.len() > 25, "the routers are read wrongly here: {routes:?}");
    routes
}

fn read(source: &str, staff: bool) -> Vec<Route> {
    let mut routes = Vec::new();
    for part in source.split(".route(\"").skip(1) {
        let (path, rest) = part.split_once('"').unwrap();
        // Up to the next call on the router, which begins a line.
        let handlers = rest.split("\n        .").next().unwrap().split(';').next().unwrap();
        let methods = ["get", "post", "put", "delete", "patch", "any"];
        let found: Vec<_> = methods.into_iter().filter(|method| handlers.contains(&format!("{method}("))).collect();
        assert!(!found.is_empty() && !found.contains(&"any"), "{path}: {handlers}");
        routes.extend(found.into_iter().map(|method| Route { staff, method, path: path.to_owned() }));
    }
    routes
}
