//! An alert that nobody looks at climbs the ladder, whatever happens to the server meanwhile.

use super::support::Site;
use super::support::socket::Socket;
use app::text::{AttendeeKey, texts};
use domain::desk::Event;
use domain::escalation::Step;
use domain::incident::IncidentEvent;
use domain::person::Role;
use domain::wire::{FromStaff, StaffCommand, ToStaff};
use std::collections::BTreeMap;

fn steps(site: &Site) -> Vec<Step> {
    let events = site.events().into_iter();
    let step = |(_, event)| match event {
        Event::Incident(IncidentEvent::Escalated { step, round: 0 }) => Some(step),
        _ => None,
    };
    events.filter_map(step).collect()
}

/// How far the only row has climbed on a new screen of the lead.
async fn on_the_leads_screen(site: &Site, cookie: &str) -> Option<Step> {
    let mut socket = Socket::of_staff(site, cookie).await;
    assert!(socket.send(&FromStaff::Hello { cursor: Vec::new() }).await);
    loop {
        match socket.next().await {
            Some(ToStaff::Desk { rows, .. }) => return rows[0].step,
            Some(_) => {}
            None => panic!("the lead's screen was closed"),
        }
    }
}

/// The page that the phone is shown.
async fn on_the_phone(site: &Site, cookies: &BTreeMap<String, String>) -> String {
    let mut phone = site.phone();
    phone.cookies.clone_from(cookies);
    let page = phone.get_with("/now", &[("accept-language", "en")]).await.text();
    // What is shown; the table of every sentence that could be comes behind it.
    page.split("<script type=text/plain").next().unwrap().to_owned()
}

#[tokio::test]
async fn an_unseen_alert_climbs_to_the_lead_and_the_attendee_through_restarts() {
    let site = Site::new().await;
    let lead = site.join(Role::Lead).await;
    let (lead_id, lead_cookie) = (lead.id, lead.browser.cookie());
    let mut phone = site.phone();
    phone.tap().await;
    let cookies = phone.cookies.clone();
    drop((phone, lead));
    let english = texts::<AttendeeKey>("en");
    let (told, grown) = (english.get(AttendeeKey::NobodyYet), english.get(AttendeeKey::NobodyYetNumbers));

    site.clock.advance(25_000);
    server::ticker::tick(&site.app.desk).await;
    assert_eq!(steps(&site), [Step::OfferedAgain]);
    assert!(!on_the_phone(&site, &cookies).await.contains(&told));

    // In the middle of the ladder, and back before the next step is due: nothing comes twice or early.
    let site = site.restart(10_000).await;
    server::ticker::tick(&site.app.desk).await;
    assert_eq!(steps(&site), [Step::OfferedAgain]);
    assert_eq!(on_the_leads_screen(&site, &lead_cookie).await, Some(Step::OfferedAgain));
    site.clock.advance(9_999);
    server::ticker::tick(&site.app.desk).await;
    assert_eq!(steps(&site), [Step::OfferedAgain]);
    site.clock.advance(1);
    server::ticker::tick(&site.app.desk).await;
    assert_eq!(steps(&site), [Step::OfferedAgain, Step::LeadTold]);
    assert_eq!(on_the_leads_screen(&site, &lead_cookie).await, Some(Step::LeadTold));
    assert!(on_the_phone(&site, &cookies).await.contains(&told));

    // Killed between the step and the screens: they show it all the same.
    let site = site.restart(0).await;
    assert_eq!(on_the_leads_screen(&site, &lead_cookie).await, Some(Step::LeadTold));
    assert!(on_the_phone(&site, &cookies).await.contains(&told));

    // Down while a step falls due: it is taken at once.
    let site = site.restart(60_000).await;
    server::ticker::tick(&site.app.desk).await;
    server::ticker::tick(&site.app.desk).await;
    assert_eq!(steps(&site), Step::ALL);
    assert_eq!(on_the_leads_screen(&site, &lead_cookie).await, Some(Step::NumbersGrow));
    assert!(on_the_phone(&site, &cookies).await.contains(&grown));

    // And it ends when somebody looks, also after one more.
    let site = site.restart(1_000).await;
    let mut lead = site.join_again(lead_id).await;
    let id = site.read(|state| *state.incidents.keys().next().unwrap());
    assert_eq!(lead.command(StaffCommand::See(id)).await.status, 204);
    let page = on_the_phone(&site, &cookies).await;
    assert!(!page.contains(&told) && !page.contains(&grown));
}
