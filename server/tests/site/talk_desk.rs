//! The conversation from the desk's side: marks, hand-over, cases for people without a phone.

use super::support::browser::fresh_key;
use super::support::socket::Socket;
use super::support::{Answer, Browser, Site};
use domain::ids::IncidentId;
use domain::person::Role;
use domain::phrase::Phrase;
use domain::question::Came;
use domain::view::Delivery;
use domain::wire::{FromPhone, StaffCommand as C, ToPhone};
use domain::words::Words;

fn only(site: &Site) -> IncidentId {
    site.read(|state| *state.incidents.keys().next().unwrap())
}

fn marks(site: &Site) -> Vec<(bool, Delivery)> {
    site.read(|state| {
        let messages = &state.incidents[&only(site)].conversation.messages;
        let mark = |reached: bool, read: bool| match (reached, read) {
            (_, true) => Delivery::Read,
            (true, false) => Delivery::Reached,
            _ => Delivery::OnDisk,
        };
        messages.iter().map(|line| (line.by.is_none(), mark(line.reached.is_some(), line.read.is_some()))).collect()
    })
}

async fn say(agent: &mut Browser, incident: IncidentId, phrase: Phrase) -> Answer {
    agent.command(C::Say(incident, Words::Phrase(phrase))).await
}

#[tokio::test]
async fn a_mark_says_no_more_than_what_happened() {
    let site = Site::new().await;
    let mut phone = site.phone();
    phone.tap().await;
    let (id, mut agent) = (only(&site), site.join(Role::Agent).await.browser);
    phone.post("/phrase", &[("key", &fresh_key()), ("p", "hiding")]).await;
    assert_eq!(say(&mut agent, id, Phrase::WithYou).await.status, 204);
    assert_eq!(marks(&site), [(true, Delivery::OnDisk), (false, Delivery::OnDisk)]);
    // A page that was sent is not a page that was seen: only a press on it proves that.
    let page = phone.get("/now").await;
    assert_eq!(page.field("m").as_deref(), Some("2"));
    assert_eq!(marks(&site)[1].1, Delivery::OnDisk);
    phone.post("/answer", &[("m", "2"), ("q", "safe"), ("a", "yes")]).await;
    assert_eq!(marks(&site)[1].1, Delivery::Read);
    assert_eq!(agent.command(C::Open(id, 1)).await.status, 204);
    assert_eq!(marks(&site)[0].1, Delivery::Read);
    let page = phone.get_with("/now", &[("accept-language", "en")]).await.text();
    assert!(page.contains("opened by the team</small>") && page.contains(">I am with you."));
    // Numbers out of nowhere mark nothing.
    let before = site.seq();
    for m in ["0", "99", "-1", "x", "4294967296"] {
        phone.post("/now", &[("m", m)]).await;
        phone.post("/write", &[("m", m)]).await;
    }
    assert_eq!(site.seq(), before);
}

#[tokio::test]
async fn a_live_page_tells_what_reached_it_and_what_was_in_sight() {
    let site = Site::new().await;
    let mut phone = site.phone();
    phone.tap().await;
    let (id, mut agent) = (only(&site), site.join(Role::Agent).await.browser);
    let mut socket = Socket::of_phone(&site, &phone.cookie()).await;
    assert!(socket.send(&FromPhone::Hello { token: None, cursor: Vec::new() }).await);
    assert!(matches!(socket.next::<ToPhone>().await, Some(ToPhone::Case { .. })));
    assert_eq!(say(&mut agent, id, Phrase::Staying).await.status, 204);
    // Sending a message takes the case: one act, one view or two.
    let upto = loop {
        let Some(ToPhone::Case { view, .. }) = socket.next().await else { panic!("no view") };
        if let Some(line) = view.messages.last() {
            assert!(!line.mine && line.words == Words::Phrase(Phrase::Staying));
            break line.n;
        }
    };
    for (shown, mark) in [(false, Delivery::Reached), (true, Delivery::Read)] {
        assert!(socket.send(&FromPhone::Got { upto, shown }).await);
        // The mark is an event of the case: its view comes back.
        let Some(ToPhone::Case { view, .. }) = socket.next().await else { panic!("no view") };
        assert_eq!(view.messages[0].delivery, mark);
    }
}

#[tokio::test]
async fn the_desks_words_are_checked_like_any_others() {
    let site = Site::new().await;
    site.phone().tap().await;
    let (id, mut agent) = (only(&site), site.join(Role::Agent).await.browser);
    let before = site.seq();
    let text = |text: &str| C::Say(id, Words::Text(text.to_owned()));
    for (command, status, code) in [
        (text(&"a".repeat(4_097)), 413, "text_too_long"),
        (text(" "), 422, "bad_text"),
        (C::Say(id, Words::Phrase(Phrase::CantTalk)), 422, "bad_answer"),
        (C::Note(id, String::new()), 422, "bad_text"),
        (C::FoundAt(id, "l:99".to_owned()), 422, "place_unknown"),
        (C::FoundWho(id, "l:99".to_owned(), domain::incident::Found::Another), 422, "place_unknown"),
        (C::MakeCode(id), 409, "out_of_order"),
    ] {
        let answer = agent.command(command).await;
        assert_eq!((answer.status, answer.code().as_str(), site.seq()), (status, code, before));
    }
    let key = [7; 16];
    for _ in 0..2 {
        assert_eq!(agent.command_with_key(key, text("we come")).await.status, 204);
    }
    assert_eq!(site.count("wrote"), 1);
}

/// A case of the desk and its code.
async fn by_telephone(site: &Site, agent: &mut Browser) -> (IncidentId, String) {
    let (came, lang, place, note) = (Came::Telephone, "fr".to_owned(), "l:0".to_owned(), "calls".to_owned());
    assert_eq!(agent.command(C::OpenFor { came, lang, place, note }).await.status, 204);
    let id = only(site);
    let key = [3; 16];
    let made = agent.command_with_key(key, C::MakeCode(id)).await;
    assert_eq!((made.status, made.header("cache-control")), (200, "no-store"));
    // A lost answer loses no code: the same press gives it again.
    assert_eq!(agent.command_with_key(key, C::MakeCode(id)).await.body, made.body);
    (id, made.text())
}

#[tokio::test]
async fn a_case_by_telephone_is_taken_over_by_its_code_once() {
    let site = Site::new().await;
    let mut agent = site.join(Role::Agent).await.browser;
    let (id, code) = by_telephone(&site, &mut agent).await;
    let on_disk = format!("{:?}", site.events());
    assert!(!on_disk.contains(&code) && !on_disk.contains(&code.replace('-', "")), "only its hash is kept");
    let mut phone = site.phone();
    assert_eq!(phone.get("/claim").await.status, 200);
    let key = fresh_key();
    for _ in 0..2 {
        let taken = phone.post("/claim", &[("key", &key), ("code", &code.to_lowercase())]).await;
        assert_eq!((taken.status, taken.header("location")), (303, "/now"));
    }
    assert!(site.read(|state| state.incidents[&id].phone().is_some()));
    assert_eq!(say(&mut agent, id, Phrase::WithYou).await.status, 204);
    assert!(phone.get_with("/now", &[("accept-language", "en")]).await.text().contains(">I am with you."));
    // One use; and a tap of that phone is a tap in this case.
    assert_eq!(site.phone().post("/claim", &[("code", &code)]).await.status, 404);
    phone.tap().await;
    assert_eq!(site.read(|state| (state.incidents.len(), state.incidents[&id].asked_again)), (1, 1));
}

#[tokio::test]
async fn guessing_codes_is_slow_for_everyone_together() {
    let site = Site::new().await;
    let mut agent = site.join(Role::Agent).await.browser;
    let (_, code) = by_telephone(&site, &mut agent).await;
    let before = site.seq();
    // A slip is told by the check character and costs no try.
    let wrong = if code.ends_with('2') { "3" } else { "2" };
    let slip = format!("{}{wrong}", &code[..6]);
    for _ in 0..50 {
        assert_eq!(site.phone().post("/claim", &[("code", &slip)]).await.status, 422);
    }
    let guesses =
        (0..).map(domain::venue::Code::from_seed).map(|guess| guess.to_string()).filter(|guess| *guess != code);
    let mut statuses = Vec::new();
    for guess in guesses.take(25) {
        statuses.push(site.phone().post("/claim", &[("code", &guess)]).await.status);
    }
    assert_eq!(statuses, [[404; 20].as_slice(), &[429; 5]].concat());
    assert_eq!(site.seq(), before);
    let mut phone = site.phone();
    let held = phone.post("/claim", &[("code", &code)]).await;
    assert_eq!(held.status, 429);
    assert!(held.text().contains(&code), "what was typed comes back");
    site.clock.advance(3_000);
    assert_eq!(phone.post("/claim", &[("code", &code)]).await.status, 303);
}

#[tokio::test]
async fn a_code_ends_after_twelve_hours_and_never_takes_an_open_case_away() {
    let site = Site::new().await;
    let mut agent = site.join(Role::Agent).await.browser;
    let (_, code) = by_telephone(&site, &mut agent).await;
    let mut busy = site.phone();
    busy.tap().await;
    assert_eq!(busy.post("/claim", &[("code", &code)]).await.status, 409);
    site.clock.advance(domain::desk::CODE_VALID_MS);
    assert_eq!(site.phone().post("/claim", &[("code", &code)]).await.status, 404);
}

#[tokio::test]
async fn a_case_changes_hands_with_everything_in_it() {
    let site = Site::new().await;
    let mut phone = site.phone();
    phone.tap().await;
    let (id, mut agent, to) = (only(&site), site.join(Role::Agent).await, site.join(Role::Lead).await);
    assert_eq!(agent.browser.command(C::Note(id, "speaks Italian".to_owned())).await.status, 204);
    let give = C::HandOver(id, to.id, "end of my shift".to_owned());
    assert_eq!(agent.browser.command(give).await.status, 204);
    site.read(|state| {
        let incident = &state.incidents[&id];
        assert_eq!(incident.claimed.map(|mark| mark.by), Some(to.id));
        assert_eq!(incident.conversation.notes.len(), 2);
        assert!(incident.unacknowledged(), "until the new holder looks");
    });
}
