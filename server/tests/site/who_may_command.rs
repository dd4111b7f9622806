//! Every command of a staff screen, from everyone, about an incident of theirs, another and none.

use super::support::{Browser, Colleague, Site};
use domain::ids::{IncidentId, PersonId};
use domain::incident::{CannotReason, CloseReason, Incident, Origin, Priority};
use domain::person::Role;
use domain::phrase::Phrase;
use domain::question::Came;
use domain::venue::Ordinal;
use domain::wire::StaffCommand as C;
use domain::words::Words;

/// Who is allowed to send a command at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum For {
    Desk,
    /// The desk, naming no incident.
    DeskAnywhere,
    /// The desk, about a case that the desk opened.
    Opened,
    /// Security, about the incident they are sent to.
    Sent,
    Security,
    Lead,
    Organiser,
    Everyone,
}

/// A team around one incident to which one responder is sent.
struct Shift {
    site: Site,
    agent: Colleague,
    lead: Colleague,
    sent: Colleague,
    other: Colleague,
    organiser: Colleague,
    removed: Browser,
    /// An agent who does nothing.
    spare: PersonId,
    incident: IncidentId,
}

impl Shift {
    async fn begin() -> Self {
        let site = Site::new().await;
        site.phone().tap().await;
        let incident = site.read(|state| *state.incidents.keys().next().unwrap());
        let (mut agent, lead) = (site.join(Role::Agent).await, site.join(Role::Lead).await);
        let (mut sent, mut other) = (site.join(Role::Security).await, site.join(Role::Security).await);
        let mut organiser = site.join(Role::Organiser).await;
        let spare = site.join(Role::Agent).await.id;
        let gone = site.join(Role::Agent).await;
        assert_eq!(organiser.browser.command(C::Remove(gone.id)).await.status, 204);
        assert_eq!(sent.browser.command(C::DutyOn(Some(Ordinal(0)))).await.status, 204);
        assert_eq!(other.browser.command(C::DutyOn(None)).await.status, 204);
        assert_eq!(agent.browser.command(C::Dispatch(incident, sent.id)).await.status, 204);
        Shift { site, agent, lead, sent, other, organiser, removed: gone.browser, spare, incident }
    }

    /// Brings the incident to where the command makes sense.
    async fn prepare(&mut self, name: &str) {
        let (incident, sent) = (self.incident, self.sent.id);
        let (agent, guard) = (&mut self.agent.browser, &mut self.sent.browser);
        if name == "Done" {
            assert_eq!(guard.command(C::Arrive(incident)).await.status, 204);
        }
        if matches!(name, "Close" | "Reopen" | "DutyOff" | "Remove") {
            assert_eq!(agent.command(C::Recall(incident, sent)).await.status, 204);
        }
        if name == "Reopen" {
            assert_eq!(agent.command(C::Close(incident, CloseReason::Test)).await.status, 204);
        }
        if name == "MakeCode" {
            assert_eq!(agent.command(open_for()).await.status, 204);
            self.incident = self.site.read(|state| {
                let by_desk = |incident: &&Incident| matches!(incident.origin, Origin::Desk { .. });
                state.incidents.values().find(by_desk).map(|incident| incident.id).unwrap()
            });
        }
        if name == "DutyOn" {
            assert_eq!(agent.command(C::Recall(incident, sent)).await.status, 204);
            assert_eq!(guard.command(C::DutyOff).await.status, 204);
        }
    }
}

/// Every command about `incident`, with who may send it. `named` is the colleague it names.
fn commands(incident: IncidentId, named: PersonId, other: PersonId, poster: &str) -> Vec<(&'static str, For, C)> {
    let all = vec![
        ("See", For::Desk, C::See(incident)),
        ("Claim", For::Desk, C::Claim(incident, Some(named))),
        ("SetPriority", For::Desk, C::SetPriority(incident, Priority::P1, String::new())),
        ("SetApproach", For::Desk, C::SetApproach(incident, "By the stairs".to_owned())),
        ("Dispatch", For::Desk, C::Dispatch(incident, other)),
        ("Recall", For::Desk, C::Recall(incident, named)),
        ("Close", For::Desk, C::Close(incident, CloseReason::Helped)),
        ("Reopen", For::Desk, C::Reopen(incident)),
        ("Go", For::Sent, C::Go(incident)),
        ("Arrive", For::Sent, C::Arrive(incident)),
        ("Done", For::Sent, C::Done(incident)),
        ("Cannot", For::Sent, C::Cannot(incident, CannotReason::NoWay)),
        ("DutyOn", For::Security, C::DutyOn(None)),
        ("DutyOff", For::Security, C::DutyOff),
        ("Level", For::Security, C::Level(Ordinal(1))),
        ("Scan", For::Security, C::Scan(poster.to_owned())),
        ("NeedHelp", For::Security, C::NeedHelp),
        ("Remove", For::Organiser, C::Remove(other)),
        ("SignOut", For::Everyone, C::SignOut),
        ("EverywhereOut", For::Everyone, C::EverywhereOut),
        ("Say", For::Desk, C::Say(incident, Words::Phrase(Phrase::WithYou))),
        ("Open", For::Desk, C::Open(incident, 1)),
        ("Note", For::Desk, C::Note(incident, "speaks Italian".to_owned())),
        ("HandOver", For::Desk, C::HandOver(incident, named, String::new())),
        ("FoundAt", For::Desk, C::FoundAt(incident, "l:0".to_owned())),
        ("FoundWho", For::Desk, C::FoundWho(incident, "l:0".to_owned(), domain::incident::Found::Another)),
        ("MakeCode", For::Opened, C::MakeCode(incident)),
        ("OpenFor", For::DeskAnywhere, open_for()),
        ("RaiseDuty", For::Lead, C::RaiseDuty(other)),
    ];
    // A new command does not compile here before it is listed above.
    for (_, _, command) in &all {
        match command {
            C::See(_) | C::Claim(..) | C::SetPriority(..) | C::SetApproach(..) | C::Dispatch(..) | C::Recall(..) => {}
            C::Close(..) | C::Reopen(_) | C::Go(_) | C::Arrive(_) | C::Done(_) | C::Cannot(..) | C::DutyOn(_) => {}
            C::DutyOff | C::Level(_) | C::Scan(_) | C::NeedHelp | C::Remove(_) | C::SignOut | C::EverywhereOut => {}
            C::Say(..)
            | C::Open(..)
            | C::Note(..)
            | C::HandOver(..)
            | C::FoundAt(..)
            | C::FoundWho(..)
            | C::OpenFor { .. } => {}
            C::MakeCode(_) | C::RaiseDuty(_) => {}
        }
    }
    all
}

fn open_for() -> C {
    C::OpenFor { came: Came::Telephone, lang: "ko".to_owned(), place: "l:0".to_owned(), note: "calls".to_owned() }
}

#[tokio::test]
async fn every_command_is_for_those_it_is_for_and_is_nothing_to_the_rest() {
    let names: Vec<&str> = {
        let nobody = PersonId([0; 8]);
        commands(IncidentId([0; 8]), nobody, nobody, "").into_iter().map(|(name, ..)| name).collect()
    };
    for (n, name) in names.into_iter().enumerate() {
        let mut shift = Shift::begin().await;
        shift.prepare(name).await;
        let poster = shift.site.poster().url_form();
        // A claim names whoever has it now: the agent, by dispatching. A recall names the responder.
        let holder = match name {
            "Claim" => shift.agent.id,
            // Neither of the two who may is given the case by themself.
            "HandOver" => shift.spare,
            _ => shift.sent.id,
        };
        let (_, whom, command) = commands(shift.incident, holder, shift.other.id, &poster).swap_remove(n);
        let (_, _, nowhere) = commands(IncidentId([0xee; 8]), holder, shift.other.id, &poster).swap_remove(n);
        let Shift { site, agent, lead, sent, other, organiser, removed, .. } = &mut shift;

        // Nobody without a session gets as far as a command.
        for browser in [&mut site.stranger(), removed] {
            let before = site.seq();
            let answer = browser.command(command.clone()).await;
            assert_eq!((answer.status, answer.code().as_str()), (401, "signed_out"), "{name}");
            assert_eq!(site.seq(), before);
        }
        let mut allowed: Vec<(&str, &mut Browser)> = Vec::new();
        let mut refused: Vec<(&str, &mut Browser)> = Vec::new();
        let who = [
            ("agent", Role::Agent, &mut agent.browser),
            ("other security", Role::Security, &mut other.browser),
            ("sent security", Role::Security, &mut sent.browser),
            ("organiser", Role::Organiser, &mut organiser.browser),
            ("lead", Role::Lead, &mut lead.browser),
        ];
        for (label, role, browser) in who {
            let may = match whom {
                For::Desk | For::DeskAnywhere | For::Opened => matches!(role, Role::Agent | Role::Lead),
                For::Sent => label == "sent security",
                For::Security => role == Role::Security,
                For::Lead => role == Role::Lead,
                For::Organiser => role == Role::Organiser,
                For::Everyone => true,
            };
            if may { allowed.push((label, browser)) } else { refused.push((label, browser)) }
        }
        for (label, browser) in refused {
            let before = site.seq();
            // Under one key: an answer bears it. What is refused uses none up.
            let key = server::secrets::random();
            let here = browser.command_with_key(key, command.clone()).await;
            let absent = browser.command_with_key(key, nowhere.clone()).await;
            assert_eq!((here.status, here.code().as_str()), (404, "unknown"), "{label} {name}");
            assert_eq!(here, absent, "{label} {name}: the answer tells that the incident is there");
            assert_eq!(site.seq(), before, "{label} {name} changes something");
        }
        for (label, browser) in allowed {
            if matches!(whom, For::Desk | For::Opened | For::Sent) {
                let before = site.seq();
                let absent = browser.command(nowhere.clone()).await;
                assert_eq!((absent.status, absent.code().as_str()), (404, "unknown"), "{label} {name}");
                assert_eq!(site.seq(), before);
            }
            let answer = browser.command(command.clone()).await;
            if name == "MakeCode" {
                // The first of them makes the code; another one replaces it.
                assert_eq!((answer.status, answer.text().len()), (200, 7), "{label}: {}", answer.text());
                continue;
            }
            assert_eq!(answer.status, 204, "{label} {name}: {}", answer.text());
        }
    }
}

#[tokio::test]
async fn damaged_and_foreign_commands_are_refused_with_their_codes() {
    let Shift { site, mut agent, incident, .. } = Shift::begin().await;
    let good = domain::wire::encode(&domain::wire::StaffPost { key: [1; 16], command: C::See(incident) });
    let mut newer = good.clone();
    newer[0] = 99;
    let own = ("sec-fetch-site", "same-origin");
    let bytes = ("content-type", "application/octet-stream");
    let before = site.seq();
    let json = ("content-type", "application/json");
    let tries = [
        (vec![own, bytes], Vec::new(), 400, "bad_command"),
        (vec![own, bytes], b"{\"See\":\"00\"}".to_vec(), 409, "other_version"),
        (vec![own, bytes], good[..good.len() - 1].to_vec(), 400, "bad_command"),
        (vec![own, bytes], [good.as_slice(), &[0]].concat(), 400, "bad_command"),
        (vec![own, bytes], newer, 409, "other_version"),
        (vec![own, bytes], vec![1; 16 * 1024 + 1], 413, "too_large"),
        (vec![own, json], good.clone(), 415, "wrong_content_type"),
        (vec![own], good.clone(), 415, "wrong_content_type"),
    ];
    for (headers, body, status, code) in tries {
        let answer = agent.browser.post_bytes("/command", &headers, body).await;
        assert_eq!((answer.status, answer.code().as_str()), (status, code));
        assert_eq!(answer.header("content-type"), "application/problem+json");
    }
    assert_eq!(site.seq(), before);
}

#[tokio::test]
async fn a_level_that_the_venue_has_not_is_refused_and_changes_nothing() {
    let site = Site::new().await;
    let mut guard = site.join(Role::Security).await.browser;
    for command in [C::DutyOn(Some(Ordinal(-32_768))), C::Level(Ordinal(32_767))] {
        let seq = site.seq();
        let answer = guard.command(command).await;
        assert_eq!((answer.status, answer.text().contains("level_unknown"), site.seq()), (422, true, seq));
    }
    assert_eq!(guard.command(C::DutyOn(Some(Ordinal(1)))).await.status, 204);
}

#[tokio::test]
async fn a_poster_that_cannot_be_read_is_told_from_one_that_is_not_ours() {
    let Shift { site, mut sent, .. } = Shift::begin().await;
    let ours = site.poster().url_form();
    let mut slip = ours.clone();
    slip.replace_range(5.., if slip.ends_with('2') { "3" } else { "2" });
    let venue = site.app.desk.published.venue().unwrap();
    let code = |seed| domain::venue::Code::from_seed(seed);
    let foreign = (0..).map(code).find(|code| venue.venue.checkpoint(code).is_none()).unwrap().url_form();
    let before = site.seq();
    for (text, code) in [(slip, "code_typo"), (foreign, "code_unknown"), ("hello".to_owned(), "code_malformed")] {
        let answer = sent.browser.command(C::Scan(text)).await;
        assert_eq!((answer.status, answer.code().as_str(), site.seq()), (422, code, before));
    }
    for text in [ours.clone(), format!("HTTP://LOCALHOST:3000/{ours}"), format!(" {} ", ours.to_lowercase())] {
        assert_eq!(sent.browser.command(C::Scan(text)).await.status, 204);
    }
    let level = site.read(|state| state.people[&sent.id].level);
    assert_eq!(level, venue.venue.checkpoint(&site.poster()).map(|checkpoint| checkpoint.ordinal));
}
