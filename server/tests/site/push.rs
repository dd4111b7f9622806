//! Paging, with a push service that opens what it is given.

use super::support::push::{Phone, Service, Taken};
use super::support::{Browser, Colleague, Site};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use domain::ids::IncidentId;
use domain::person::{Role, UNREACHABLE_AFTER_MS};
use domain::reach::{ANSWERED_WITHIN_MS, Pages};
use domain::wire::StaffCommand as C;
use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use server::push::PAYLOAD;
use server::ticker::tick;

/// A team with one case: everybody's phone may ring.
struct Team {
    site: Site,
    service: Service,
    agent: Colleague,
    lead: Colleague,
    guard: Colleague,
    other: Colleague,
    phones: Vec<Phone>,
}

const NAMES: [&str; 4] = ["agent", "lead", "guard", "other"];

impl Team {
    async fn new() -> Self {
        let service = Service::start().await;
        let site = Site::with_push(&service.origin);
        let mut all = Vec::new();
        for role in [Role::Agent, Role::Lead, Role::Security, Role::Security] {
            all.push(site.join(role).await);
        }
        let phones: Vec<Phone> = NAMES.into_iter().map(Phone::new).collect();
        for (phone, colleague) in phones.iter().zip(&mut all) {
            assert_eq!(phone.allow(&mut colleague.browser, &service).await, 204);
        }
        let [agent, lead, guard, other] = <[Colleague; 4]>::try_from(all).map_err(|_| ()).unwrap();
        Team { site, service, agent, lead, guard, other, phones }
    }

    async fn on_duty(&mut self) {
        for guard in [&mut self.guard, &mut self.other] {
            assert_eq!(guard.browser.command(C::DutyOn(None)).await.status, 204);
        }
    }

    /// The desk is there, out of sight: its tabs answer the server.
    fn desk_is_there(&self) {
        self.site.app.desk.published.heard(self.agent.id);
        self.site.app.desk.published.heard(self.lead.id);
    }

    /// A tap without a page: by a phone, before the desk is there.
    async fn case(&mut self) -> IncidentId {
        self.site.phone().tap().await;
        self.site.read(|state| *state.incidents.keys().next_back().unwrap())
    }

    async fn dispatch(&mut self, id: IncidentId, other: bool) {
        let to = if other { self.other.id } else { self.guard.id };
        assert_eq!(self.agent.browser.command(C::Dispatch(id, to)).await.status, 204);
    }

    fn phone(&self, name: &str) -> &Phone {
        self.phones.iter().find(|phone| phone.name == name).unwrap()
    }

    fn pages(&self, of: &Colleague) -> Pages {
        self.site.app.desk.published.presence(of.id).pages
    }

    /// Waits until the pages of somebody fare like this.
    async fn until(&self, of: &Colleague, fits: impl Fn(Pages) -> bool) {
        let waiting = async {
            while !fits(self.pages(of)) {
                tokio::task::yield_now().await;
            }
        };
        let waited = tokio::time::timeout(std::time::Duration::from_secs(10), waiting).await;
        assert!(waited.is_ok(), "{:?}", self.pages(of));
    }

    /// The next page, opened.
    async fn rings(&mut self, name: &str) -> Taken {
        let taken = self.service.next().await;
        assert_eq!(taken.to, name);
        assert_eq!(self.phone(name).open(&taken), PAYLOAD);
        taken
    }

    /// Nothing rang but what follows now: another guard's dispatch.
    async fn nothing_else(&mut self, id: IncidentId) {
        self.dispatch(id, true).await;
        self.rings("other").await;
        assert!(self.service.rest().is_empty());
    }
}

#[tokio::test]
async fn whoever_is_sent_is_rung_signed_short_and_urgent() {
    let mut team = Team::new().await;
    team.on_duty().await;
    let id = team.case().await;
    team.dispatch(id, false).await;
    let taken = team.rings("guard").await;
    let header = |name: &str| taken.headers.get(name).unwrap().to_str().unwrap();
    assert_eq!((header("ttl"), header("urgency"), header("topic")), ("60", "high", "sotto"));
    assert_eq!(header("content-encoding"), "aes128gcm");
    let (token, key) = header("authorization").strip_prefix("vapid t=").unwrap().split_once(", k=").unwrap();
    assert_eq!(key, team.site.push_key());
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let check = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, BASE64.decode(key).unwrap());
    check.verify(signed.as_bytes(), &BASE64.decode(signature).unwrap()).unwrap();
    let claims: serde_json::Value =
        serde_json::from_slice(&BASE64.decode(signed.split_once('.').unwrap().1).unwrap()).unwrap();
    assert_eq!(claims["aud"], team.service.origin.as_str());
    team.nothing_else(id).await;
}

#[tokio::test]
async fn every_page_is_the_same_for_everyone_whatever_it_is_about() {
    let mut team = Team::new().await;
    team.on_duty().await;
    team.desk_is_there();
    let mut pages = Vec::new();
    let id = team.case().await;
    pages.push(team.rings("agent").await);
    team.dispatch(id, false).await;
    pages.push(team.rings("guard").await);
    // A guard's phone falls silent.
    team.site.clock.advance(UNREACHABLE_AFTER_MS);
    team.site.app.desk.published.heard(team.guard.id);
    team.desk_is_there();
    tick(&team.site.app.desk).await;
    pages.push(team.rings("other").await);
    let answer = team.lead.browser.post("/push/test", &[]).await;
    // Without the mark the page would take it for another network's, and ask again.
    assert_eq!((answer.status, answer.header("x-sotto")), (204, "/"));
    pages.push(team.rings("lead").await);
    let shape = |taken: &Taken| {
        let header = |(name, value): (&axum::http::HeaderName, &axum::http::HeaderValue)| {
            // What differs is the signature, and it is as long each time.
            let value = if name == "authorization" { format!("{} bytes", value.len()) } else { format!("{value:?}") };
            (name.to_string(), value)
        };
        let headers: std::collections::BTreeMap<_, _> = taken.headers.iter().map(header).collect();
        (headers, taken.body.len())
    };
    for taken in &pages {
        assert_eq!(shape(taken), shape(&pages[0]));
    }
}

#[tokio::test]
async fn nobody_off_duty_is_rung() {
    let mut team = Team::new().await;
    // Neither before the shift nor after it, with a sign-in that holds.
    let id = team.case().await;
    assert_eq!(team.agent.browser.command(C::Dispatch(id, team.guard.id)).await.status, 409);
    team.on_duty().await;
    team.dispatch(id, false).await;
    team.rings("guard").await;
    assert_eq!(team.agent.browser.command(C::Recall(id, team.guard.id)).await.status, 204);
    assert_eq!(team.guard.browser.command(C::DutyOff).await.status, 204);
    assert_eq!(team.agent.browser.command(C::Dispatch(id, team.guard.id)).await.status, 409);
    team.nothing_else(id).await;
}

#[tokio::test]
async fn being_put_on_duty_rings_nothing() {
    let mut team = Team::new().await;
    let id = team.case().await;
    assert_eq!(team.lead.browser.command(C::RaiseDuty(team.guard.id)).await.status, 204);
    assert_eq!(team.other.browser.command(C::DutyOn(None)).await.status, 204);
    team.nothing_else(id).await;
}

#[tokio::test]
async fn the_ladder_rings_each_step_once_and_leaves_those_who_see_it_alone() {
    let mut team = Team::new().await;
    team.desk_is_there();
    let id = team.case().await;
    team.rings("agent").await;
    for (ms, who) in [(20_000, "agent"), (25_000, "lead")] {
        team.site.clock.advance(ms);
        team.desk_is_there();
        tick(&team.site.app.desk).await;
        tick(&team.site.app.desk).await;
        team.rings(who).await;
    }
    // Both see the queue now.
    let published = team.site.app.desk.published.clone();
    let (agent, lead) = (published.screen(team.agent.id), published.screen(team.lead.id));
    agent.in_sight(true);
    lead.in_sight(true);
    team.site.clock.advance(45_000);
    team.desk_is_there();
    tick(&team.site.app.desk).await;
    assert_eq!(
        team.site.read(|state| state.incidents[&id].wait.unwrap().reached),
        Some(domain::escalation::Step::NumbersGrow)
    );
    team.on_duty().await;
    drop((agent, lead));
    team.nothing_else(id).await;
}

#[tokio::test]
async fn a_service_that_stumbles_is_tried_again_until_the_page_is_of_no_use() {
    let mut team = Team::new().await;
    team.on_duty().await;
    let id = team.case().await;
    team.service.will_answer(&[(503, ""), (429, ""), (201, "")]);
    team.dispatch(id, false).await;
    for _ in 0..3 {
        team.rings("guard").await;
    }
    assert_eq!(team.guard.browser.post("/push/got", &[]).await.status, 204);
    assert_eq!(team.agent.browser.command(C::Recall(id, team.guard.id)).await.status, 204);
    // The service does not recover, but the guard is on the way: nothing to ring for.
    team.service.will_answer(&[(503, ""); 40]);
    team.dispatch(id, false).await;
    team.rings("guard").await;
    assert_eq!(team.guard.browser.command(C::Go(id)).await.status, 204);
    // It gives up, and what was proved before still stands.
    team.until(&team.guard, |pages| matches!(pages, Pages::Came { .. })).await;
    team.service.rest();
    for _ in 0..10 {
        tokio::task::yield_now().await;
    }
    assert!(team.service.rest().is_empty(), "it goes on");
}

#[tokio::test]
async fn a_subscription_that_is_gone_is_forgotten() {
    for status in [404, 410] {
        let mut team = Team::new().await;
        team.on_duty().await;
        let id = team.case().await;
        team.service.will_answer(&[(status, "")]);
        team.dispatch(id, false).await;
        team.rings("guard").await;
        team.until(&team.guard, |pages| pages == Pages::Off).await;
        assert!(team.site.app.push.subscriptions(team.guard.id).is_empty());
        assert_eq!(team.guard.browser.post("/push/test", &[]).await.status, 409);
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let mut team = Team::new().await;
    team.on_duty().await;
    let id = team.case().await;
    for status in [301, 302, 307, 308] {
        team.service.will_answer(&[(status, "/lead")]);
        team.dispatch(id, false).await;
        team.rings("guard").await;
        team.until(&team.guard, |pages| matches!(pages, Pages::Failed { .. })).await;
        assert_eq!(team.agent.browser.command(C::Recall(id, team.guard.id)).await.status, 204);
    }
    team.nothing_else(id).await;
}

#[tokio::test]
async fn an_address_that_is_no_push_service_is_not_taken() {
    let mut team = Team::new().await;
    let phone = Phone::new("x");
    let before = team.site.app.push.subscriptions(team.guard.id);
    for endpoint in [
        "https://169.254.169.254/latest/meta-data/",
        "http://127.0.0.1:22/",
        "https://[::1]/",
        "https://localhost:3000/command",
        "http://10.0.0.1/",
        "https://fcm.googleapis.com.evil.example/",
        "https://fcm.googleapis.com@127.0.0.1/",
        "http://updates.push.services.mozilla.com/",
        "gopher://fcm.googleapis.com/",
        "",
    ] {
        assert_eq!(phone.allow_at(&mut team.guard.browser, endpoint).await, 422, "{endpoint}");
    }
    assert_eq!(team.site.app.push.subscriptions(team.guard.id), before);
    assert_eq!(phone.allow_at(&mut team.guard.browser, "https://fcm.googleapis.com/fcm/send/x").await, 204);
}

#[tokio::test]
async fn a_sign_in_that_ended_rings_no_more_and_a_phone_has_one_owner() {
    let mut team = Team::new().await;
    team.on_duty().await;
    let id = team.case().await;
    // The guard's sign-in moves to another phone, which may not ring: one sign-in, one phone.
    let mut fresh = team.site.join_again(team.guard.id).await;
    team.dispatch(id, false).await;
    assert_eq!(team.agent.browser.command(C::Recall(id, team.guard.id)).await.status, 204);
    assert_eq!(team.guard.browser.post("/push/test", &[]).await.status, 401);
    // Somebody else signs in on the old phone, and lets it ring.
    let address = format!("{}/guard", team.service.origin);
    let phone = team.phones.iter().find(|phone| phone.name == "guard").unwrap();
    assert_eq!(phone.allow_at(&mut team.other.browser, &address).await, 204);
    assert!(team.site.app.push.subscriptions(team.guard.id).is_empty());
    team.dispatch(id, true).await;
    let taken = team.service.next().await;
    assert_eq!(team.phone("guard").open(&taken), PAYLOAD);
    assert!(team.service.rest().is_empty());
    assert_eq!(fresh.command(C::DutyOff).await.status, 204);
}

#[tokio::test]
async fn only_the_phones_own_word_proves_a_test() {
    let mut team = Team::new().await;
    let guard = |team: &Team| team.pages(&team.guard);
    assert_eq!(guard(&team), Pages::Untested);
    // Before the shift, on their own tap.
    assert_eq!(team.guard.browser.post("/push/test", &[]).await.status, 204);
    team.rings("guard").await;
    assert_eq!(team.guard.browser.post("/push/test", &[]).await.code(), "too_often");
    team.site.clock.advance(1_500);
    assert_eq!(guard(&team), Pages::Underway { ago_ms: 1_500 });
    // Another's word is nothing.
    assert_eq!(team.other.browser.post("/push/got", &[]).await.status, 204);
    assert_eq!((guard(&team), team.pages(&team.other)), (Pages::Underway { ago_ms: 1_500 }, Pages::Untested));
    assert_eq!(team.guard.browser.post("/push/got", &[]).await.status, 204);
    assert_eq!(guard(&team), Pages::Came { ago_ms: 0, after_ms: 1_500 });
    team.site.clock.advance(60_000);
    assert_eq!(team.guard.browser.post("/push/test", &[]).await.status, 204);
    team.rings("guard").await;
    team.site.clock.advance(ANSWERED_WITHIN_MS);
    assert_eq!(guard(&team), Pages::Failed { ago_ms: ANSWERED_WITHIN_MS });
    assert_eq!(team.guard.browser.post("/push/stop", &[]).await.status, 204);
    assert_eq!(guard(&team), Pages::Off);
}

#[tokio::test]
async fn a_word_of_the_person_rings_whoever_has_the_case() {
    let mut team = Team::new().await;
    let mut phone = team.site.phone();
    phone.tap().await;
    let id = team.site.read(|state| *state.incidents.keys().next().unwrap());
    assert_eq!(team.agent.browser.command(C::Claim(id, None)).await.status, 204);
    let text = [("text", "he is outside the door"), ("key", "0123456789abcdef0123456789abcdef")];
    assert_eq!(phone.post("/message", &text).await.status, 303);
    let taken = team.rings("agent").await;
    assert!(!taken.headers.values().any(|value| value.as_bytes().windows(7).any(|part| part == b"outside")));
}

#[tokio::test]
async fn subscriptions_outlive_a_restart_sealed_and_outside_the_log() {
    let Team { site, service, agent, lead, mut guard, other, .. } = Team::new().await;
    let (guard_id, cookies) = (guard.id, guard.browser.cookies.clone());
    let kept = site.app.push.subscriptions(guard_id);
    // Neither the log nor the file beside it shows an address or a key.
    for entry in std::fs::read_dir(site.folder()).unwrap() {
        let path = entry.unwrap().path();
        let bytes = if path.is_file() { std::fs::read(&path).unwrap() } else { continue };
        for secret in [service.origin.as_bytes(), kept[0].key.as_slice(), kept[0].auth.as_slice()] {
            assert!(!bytes.windows(secret.len()).any(|part| part == secret), "{}", path.display());
        }
    }
    let key = site.push_key();
    guard.browser = site.stranger();
    drop((agent, lead, guard, other));
    let site = site.restart(60_000).await;
    assert_eq!((site.push_key(), site.app.push.subscriptions(guard_id)), (key, kept));
    let mut browser: Browser = site.stranger();
    browser.cookies = cookies;
    // This server knows no push service on this machine: what it had been given is of no use here.
    assert_eq!(browser.post("/push/test", &[]).await.status, 204);
    let forgotten = async {
        while site.app.desk.published.presence(guard_id).pages != Pages::Off {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(10), forgotten).await.unwrap();
}
