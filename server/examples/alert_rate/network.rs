//! Alerts as forms over HTTP, against a server in a process of its own.

use super::house::House;
use super::{Outcome, Run, open_loop};
use server::visitor::{Line, Visitor};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Connections at most; each is used again.
const AT_ONCE: usize = 256;

pub async fn run(sotto: &Path, folder: &Path, rate: u32, span: Duration) -> Outcome<Run> {
    let house = House::open(sotto, folder, 1).await?;
    let site = house.attendee.clone();
    let free: Arc<Mutex<Vec<Line>>> = Arc::default();
    let send = move |_| {
        let (site, free) = (site.clone(), free.clone());
        async move {
            let lines = || free.lock().unwrap_or_else(PoisonError::into_inner);
            let mut phone = Visitor::new(site, "fr");
            phone.line = lines().pop().unwrap_or_default();
            // As after Ready: the browser has shown that it keeps cookies.
            phone.remember("__Host-ok", "1");
            let answer = phone.submit("/alert", &[("p", "l:1")]).await?;
            lines().push(phone.line);
            if answer.status == 303 { Ok(()) } else { Err(format!("answered with {}", answer.status).into()) }
        }
    };
    open_loop::run(rate, AT_ONCE, span, send).await
}
