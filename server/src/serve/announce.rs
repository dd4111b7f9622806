//! What is printed when the server is ready: where everything is, and who may come in.

use super::{Options, ServeError};
use crate::demo::{self, Link};
use crate::desk::Desk;
use crate::festival::Festival;
use crate::http::Addresses;
use crate::secrets::Pepper;
use std::net::SocketAddr;

/// What is printed for tests.
#[derive(Debug, serde::Serialize)]
struct Ready<'a> {
    /// Where a phone takes on the local authority.
    install: Option<&'a str>,
    attendee: &'a str,
    desk: &'a str,
    poster: Option<String>,
    poster_code: Option<String>,
    links: &'a [Link],
    organiser: Option<String>,
    operator: Option<SocketAddr>,
}

/// Prints addresses, links and the demo poster, as one line of JSON for tests.
pub(super) async fn announce(
    options: &Options,
    desk: &Desk,
    pepper: &Pepper,
    festival: &Festival,
    addresses: &Addresses,
    operator: Option<SocketAddr>,
    install: Option<&str>,
) -> Result<(), ServeError> {
    let links = if options.demo { demo::links(desk, pepper, festival, &addresses.desk).await? } else { Vec::new() };
    let organiser = match (options.new_organiser, options.demo) {
        (true, _) => Some(demo::new_organiser(desk, pepper, &addresses.desk).await?),
        (false, true) => None,
        (false, false) => demo::first_organiser(desk, pepper, &addresses.desk).await?,
    };
    let code = demo::poster_code(desk, festival).filter(|_| options.demo);
    let poster = code.map(|code| format!("{}/{}", addresses.attendee, code.url_form()));
    if options.print_json {
        let ready = Ready {
            install,
            attendee: &addresses.attendee,
            desk: &addresses.desk,
            poster,
            poster_code: code.map(|code| code.url_form()),
            links: &links,
            organiser,
            operator,
        };
        // Plain data of our own: it serialises.
        println!("{}", serde_json::to_string(&ready).unwrap_or_default());
        return Ok(());
    }
    println!("\n{}\n", festival.name(festival.language));
    println!("  Attendees   {}", addresses.attendee);
    println!("  Staff       {}", addresses.desk);
    if let Some(operator) = operator {
        println!("  Operator    http://{operator}/readyz");
    }
    println!();
    if let Some(install) = install {
        println!("  A phone first opens {install} and takes on this machine's certificate.\n");
    }
    if let Some(link) = organiser {
        println!("  An organiser signs in here (once, within 15 minutes):\n    {link}\n");
    }
    if !links.is_empty() {
        println!("  Sign in as (each link works once; restart for new ones):");
        for link in &links {
            println!("    {:<10} {:<10} {}", link.name, format!("{:?}", link.role).to_lowercase(), link.url);
        }
    }
    if let (Some(poster), Some(code)) = (poster, code) {
        println!("\n  The demo poster {code}: {poster}\n");
        if let Some(qr) = demo::poster_qr(&addresses.attendee, code) {
            if qr.version() != qrcode::Version::Normal(2) {
                println!(
                    "  The host name is long: posters get a denser code than version 2. Scan one before printing.\n"
                );
            }
            println!("{}", demo::terminal_qr(&qr));
        }
    }
    Ok(())
}
