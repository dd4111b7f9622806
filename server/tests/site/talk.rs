//! The conversation without script: taps, sentences, writing, and what is refused.

use super::support::browser::{FORM, fresh_key};
use super::support::{Answer, Browser, Site};
use domain::incident::Priority;
use domain::person::Role;
use domain::question::{Answer as A, Colour, Garment, How, Piece, Question, Whom, WorksHere};
use domain::wire::StaffCommand as C;
use domain::words::{TEXT_MAX, Words};

/// The one conversation that a test has.
fn said<T>(site: &Site, look: impl FnOnce(&domain::incident::Incident) -> T) -> T {
    site.read(|state| look(state.incidents.values().next().unwrap()))
}

/// What a person reads of a page: not the table of texts that it carries for its live part.
async fn shown(phone: &mut Browser, lang: &str) -> String {
    let page = phone.get_with("/now", &[("accept-language", lang)]).await.text();
    page.split("id=texts").next().unwrap().to_owned()
}

async fn write(phone: &mut Browser, text: &str) -> Answer {
    phone.post("/message", &[("key", &fresh_key()), ("text", text)]).await
}

#[tokio::test]
async fn every_question_is_answered_by_a_tap_one_at_a_time() {
    let site = Site::new().await;
    let mut phone = site.phone();
    phone.tap().await;
    let steps: [(&str, &[(&str, &str)]); 7] = [
        ("/answer", &[("q", "safe"), ("a", "no")]),
        ("/answer", &[("q", "near"), ("a", "skip")]),
        ("/answer", &[("q", "hurt"), ("a", "no")]),
        ("/answer", &[("q", "can_move"), ("a", "yes")]),
        ("/answer", &[("q", "woman"), ("a", "yes")]),
        ("/how", &[("p", "l:0")]),
        ("/known", &[("garment", "scarf"), ("colour", "green")]),
    ];
    for (n, (path, fields)) in steps.into_iter().enumerate() {
        let page = shown(&mut phone, "en").await;
        assert!(page.contains(&format!("{} of 7", n + 1)), "{path}: {page}");
        let answer = phone.post(path, fields).await;
        assert_eq!((answer.status, answer.header("location")), (303, "/now"), "{path}: {}", answer.text());
    }
    assert!(!phone.get("/now").await.text().contains("id=\"ask\""), "nothing is left to ask");
    let piece = Piece { garment: Garment::Scarf, colour: Colour::Green };
    said(&site, |incident| {
        let answer = |question| incident.conversation.answer(question).cloned();
        assert_eq!(incident.priority, Priority::P1);
        assert_eq!(answer(Question::Near), Some(A::Skipped));
        assert!(matches!(answer(Question::How), Some(A::How(How::MeetAt(Some(place)))) if place.level.is_some()));
        assert_eq!(answer(Question::KnownBy), Some(A::Look(vec![piece])));
    });
    // Answered otherwise: said, and the priority stays.
    phone.post("/answer", &[("q", "safe"), ("a", "yes")]).await;
    assert_eq!(said(&site, |incident| incident.priority), Priority::P1);
}

#[tokio::test]
async fn facts_and_sentences_are_one_tap_each() {
    let site = Site::new().await;
    let mut phone = site.phone();
    phone.tap().await;
    phone.post("/whom", &[("w", "someone")]).await;
    phone.post("/works", &[("w", "security")]).await;
    let key = fresh_key();
    for _ in 0..2 {
        assert_eq!(phone.post("/phrase", &[("key", &key), ("p", "come_quietly")]).await.status, 303);
    }
    said(&site, |incident| {
        let talk = &incident.conversation;
        assert_eq!((talk.whom, talk.works_here), (Some(Whom::Someone), Some(WorksHere::Security)));
        assert_eq!(talk.messages.len(), 1, "the same press twice is one message");
    });
    let page = shown(&mut phone, "fr").await;
    assert!(page.contains("Venez discrètement."), "in the reader's language");
}

#[tokio::test]
async fn what_no_form_of_ours_says_is_refused_and_changes_nothing() {
    let site = Site::new().await;
    let mut phone = site.phone();
    phone.tap().await;
    let before = site.seq();
    let pieces: Vec<(&str, &str)> = vec![("wear", "hat.red"); 4];
    let tries: [(&str, &[(&str, &str)]); 17] = [
        ("/answer", &[]),
        ("/answer", &[("q", "safe")]),
        ("/answer", &[("q", "Safe"), ("a", "yes")]),
        ("/answer", &[("q", "unknown"), ("a", "yes")]),
        ("/answer", &[("q", "safe"), ("a", "maybe")]),
        ("/answer", &[("q", "how"), ("a", "yes")]),
        ("/how", &[("a", "run")]),
        ("/how", &[("p", "l:99")]),
        ("/known", &[("garment", "hat"), ("colour", "ultraviolet")]),
        ("/known", &[("garment", "hat")]),
        ("/known", &[("wear", "hat")]),
        ("/known", &pieces),
        ("/known", &[]),
        ("/whom", &[("w", "nobody")]),
        ("/works", &[("w", "")]),
        ("/phrase", &[("p", "no_such_phrase")]),
        ("/phrase", &[("p", "with_you")]),
    ];
    for (path, fields) in tries {
        let answer = phone.post(path, fields).await;
        assert_eq!((answer.status, site.seq()), (422, before), "{path} {fields:?}: {}", answer.text());
        assert!(answer.headers.contains_key("x-sotto"), "{path}");
    }
    // Another site's form says nothing in anybody's name.
    for path in ["/answer", "/how", "/known", "/whom", "/works", "/phrase", "/message", "/claim"] {
        let fields = [
            ("q", "safe"),
            ("a", "no"),
            ("w", "me"),
            ("p", "yes"),
            ("text", "x"),
            ("garment", "hat"),
            ("colour", "red"),
            ("m", "1"),
        ];
        let answer = phone.post_from("cross-site", path, &fields).await;
        assert!(matches!(answer.status, 403 | 422), "{path}: {}", answer.status);
        assert_eq!(site.seq(), before, "{path}");
    }
}

#[tokio::test]
async fn a_key_that_was_used_for_another_answer_is_refused() {
    let site = Site::new().await;
    let mut phone = site.phone();
    phone.tap().await;
    let key = fresh_key();
    let mut say =
        async |answer: &str| phone.post("/answer", &[("key", &key), ("q", "safe"), ("a", answer)]).await.status;
    assert_eq!((say("yes").await, say("yes").await, say("no").await), (303, 303, 409));
    assert_eq!(said(&site, |incident| incident.conversation.answer(Question::Safe).cloned()), Some(A::Yes));
}

#[tokio::test]
async fn what_is_typed_is_kept_or_comes_back() {
    let site = Site::new().await;
    let mut phone = site.phone();
    phone.tap().await;
    let page = phone.get("/write").await;
    assert!(page.status == 200 && !page.text().contains("http-equiv=refresh"), "it never refreshes");
    assert_eq!(write(&mut phone, &"a".repeat(TEXT_MAX)).await.status, 303);
    let before = site.seq();
    let long = "é".repeat(TEXT_MAX / 2) + "!";
    for (text, status, shown) in [(long.as_str(), 413, long.as_str()), (" \n", 422, ""), ("\u{202e}\u{200b}", 422, "")]
    {
        let answer = write(&mut phone, text).await;
        assert_eq!((answer.status, site.seq()), (status, before));
        assert!(answer.text().contains(shown) && answer.text().contains("<textarea"), "the text is in its field");
    }
    // As long as the field lets it be, in a script of three bytes: comes back, whole.
    let korean = "안".repeat(4_096);
    let answer = write(&mut phone, &korean).await;
    assert_eq!((answer.status, site.seq()), (413, before));
    assert!(answer.text().contains(&korean));
    // Lone surrogates are no UTF-8: refused, never replaced by something that was not written.
    let own = [("sec-fetch-site", "same-origin"), ("content-type", FORM)];
    for body in ["text=a%ED%A0%80b", "text=%FF", "text=a%C3"] {
        let answer = phone.post_bytes("/message", &own, body).await;
        assert_eq!((answer.status, site.seq()), (422, before), "{body}");
    }
    // Closed: the words are not lost with the case.
    let mut agent = site.join(Role::Agent).await.browser;
    let id = said(&site, |incident| incident.id);
    assert_eq!(agent.command(C::Close(id, domain::incident::CloseReason::Helped)).await.status, 204);
    let answer = write(&mut phone, "are you still there").await;
    assert_eq!(answer.status, 409);
    assert!(answer.text().contains("are you still there"));
}

#[tokio::test]
async fn markup_and_turned_lines_are_text_like_any_other() {
    let site = Site::new().await;
    let mut phone = site.phone();
    phone.tap().await;
    for text in ["<script>alert(1)</script>", "\"><img src=x onerror=1>", "he is \u{202e}here", "</textarea><b>"] {
        assert_eq!(write(&mut phone, text).await.status, 303, "{text}");
    }
    let tower = format!("h{}", "\u{301}".repeat(1_000));
    assert_eq!(write(&mut phone, &tower).await.status, 303);
    let page = phone.get("/now").await.text();
    assert!(!page.contains("<script>alert") && !page.contains("<img src=x") && !page.contains('\u{202e}'));
    assert!(page.contains("&lt;script&gt;") && page.contains("he is \u{fffd}here"));
    assert!(!page.contains(&"\u{301}".repeat(5)));
    let back = write(&mut phone, &format!("</textarea><i>{}", "x".repeat(TEXT_MAX))).await.text();
    assert!(!back.contains("</textarea><i>"), "what comes back cannot leave its field");
}

#[tokio::test]
async fn too_fast_is_said_and_the_same_words_pass_a_moment_later() {
    let site = Site::new().await;
    let mut phone = site.phone();
    phone.tap().await;
    for _ in 0..10 {
        assert_eq!(write(&mut phone, "a").await.status, 303);
    }
    let key = fresh_key();
    let answer = phone.post("/message", &[("key", &key), ("text", "the eleventh")]).await;
    assert_eq!(answer.status, 429);
    assert!(answer.text().contains("the eleventh"));
    // What is dangerous is never held back.
    assert_eq!(phone.post("/answer", &[("q", "hurt"), ("a", "yes")]).await.status, 303);
    site.clock.advance(1_000);
    for _ in 0..2 {
        let answer = phone.post("/message", &[("key", &key), ("text", "the eleventh")]).await;
        assert_eq!(answer.status, 303);
    }
    assert_eq!(said(&site, |incident| incident.conversation.messages.len()), 11);
}

#[tokio::test]
async fn a_phone_that_keeps_no_cookie_can_say_it_all() {
    let site = Site::new().await;
    let mut phone = site.phone_without_cookies();
    let page = phone.tap().await;
    let token = page.field("t").unwrap();
    let asked = phone.post("/write", &[("t", &token)]).await;
    assert_eq!((asked.status, asked.field("t")), (200, Some(token.clone())));
    let (key, text) = (asked.field("key").unwrap(), ("text", "no cookies here"));
    let answer = phone.post("/message", &[("t", &token), ("key", &key), text]).await;
    assert_eq!(answer.status, 200);
    assert!(answer.text().contains("no cookies here"));
    let look = phone.post("/look", &[("t", &token)]).await;
    assert_eq!((look.status, look.field("t").as_deref()), (200, Some(&*token)));
    assert_eq!(phone.post("/phrase", &[("t", &token), ("p", "thank_you")]).await.status, 200);
    assert_eq!(said(&site, |incident| incident.conversation.messages.len()), 2);
    assert!(said(&site, |incident| matches!(incident.conversation.messages[0].words, Words::Text(_))));
}

#[tokio::test]
async fn typed_words_outlive_the_servers_battery() {
    let site = Site::new().await;
    let mut phone = site.phone();
    phone.tap().await;
    assert_eq!(write(&mut phone, "written before").await.status, 303);
    let cookies = phone.cookies.clone();
    drop(phone);
    let site = site.restart(5_000).await;
    let mut phone = site.phone();
    phone.cookies = cookies;
    assert!(phone.get("/now").await.text().contains("written before"));
}

#[tokio::test]
async fn outside_the_hours_nothing_is_accepted_silently() {
    // The test's clock stands eight months before the festival.
    let site = Site::with_festival("always_open = true", "always_open = false");
    let mut phone = site.phone();
    let ready = phone.get_with("/", &[("accept-language", "en")]).await;
    assert!(ready.has_help_form() && ready.text().contains("The team comes back on a later day, at 09:00."));
    let (numbers, help) = (ready.text().find("tel:17").unwrap(), ready.text().find("id=\"tap\"").unwrap());
    assert!(numbers < help, "the numbers come first");
    phone.tap().await;
    let page = shown(&mut phone, "en").await;
    assert!(page.contains("Nobody reads it before the team is back."));
    assert!(!page.contains("The team has it") && !page.contains("id=\"ask\""));
    assert!(!page.contains("We are alerting more people"));
    // Something can still be left, and is read when somebody comes.
    assert_eq!(write(&mut phone, "for the morning").await.status, 303);
    let mut agent = site.join(Role::Agent).await.browser;
    let id = said(&site, |incident| incident.id);
    assert_eq!(agent.command(C::See(id)).await.status, 204);
    let page = shown(&mut phone, "en").await;
    assert!(page.contains("The team has it") && page.contains("id=\"ask\""), "somebody is there after all");
    assert!(!page.contains("People answering now"), "a screen left on at night is no team");
}

#[tokio::test]
async fn who_answers_is_counted_by_heartbeats() {
    let site = Site::new().await;
    let mut phone = site.phone();
    phone.tap().await;
    assert!(!shown(&mut phone, "en").await.contains("People answering now"));
    let mut agent = site.join(Role::Agent).await.browser;
    site.join(Role::Lead).await;
    // To be on the team is not to be there.
    assert!(!shown(&mut phone, "en").await.contains("People answering now"));
    let id = said(&site, |incident| incident.id);
    agent.command(C::See(id)).await;
    assert!(shown(&mut phone, "en").await.contains("People answering now: 1"));
    site.clock.advance(20_000);
    assert!(!shown(&mut phone, "en").await.contains("People answering now"));
}
