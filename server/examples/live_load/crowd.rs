//! Screens without a screen: a phone's page and a desk, each with a task that reads its socket and
//! notes when what came.

use super::Outcome;
use domain::ids::IncidentId;
use domain::wire::{FromPhone, FromStaff, StaffCommand, ToPhone, ToStaff};
use domain::words::Words;
use server::visitor::{Line, Live, Site, Visitor};
use std::collections::HashSet;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;

/// What is not there by then is lost.
const LOST_AFTER: Duration = Duration::from_secs(5);
/// Loopback addresses that are called from: each has ports of its own.
const ADDRESSES: usize = 8;

/// What a phone's page has seen: it outlives its connections.
#[derive(Debug, Default)]
struct Seen {
    cursor: Vec<u8>,
    /// The number of the team's newest message.
    last: u32,
}

/// A phone. Its page keeps one socket.
pub struct Phone {
    browser: Visitor,
    seen: Arc<Mutex<Seen>>,
    screen: Option<JoinHandle<()>>,
    news: UnboundedReceiver<(String, Instant)>,
    tell: UnboundedSender<(String, Instant)>,
}

impl Phone {
    pub fn new(site: &Site, n: usize) -> Self {
        let from = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2 + (n % ADDRESSES) as u8));
        let site = Site { from: Some(from), ..site.clone() };
        let lang = ["fr", "en", "it", "es", "de", "ja"][n % 6];
        let (tell, news) = unbounded_channel();
        Phone { browser: Visitor::new(site, lang), seen: Arc::default(), screen: None, news, tell }
    }

    /// Lends it another's connection for its requests.
    pub fn lend(&mut self, line: &mut Line) {
        std::mem::swap(&mut self.browser.line, line);
    }

    /// Scans, taps; the moment in which the tap was sent, and that in which it was acknowledged.
    pub async fn tap(&mut self, place: &str) -> Outcome<(Instant, Instant)> {
        self.browser.get("/").await?;
        let sent = Instant::now();
        let answer = self.browser.submit("/alert", &[("p", place)]).await?;
        done(answer.status)?;
        Ok((sent, Instant::now()))
    }

    /// Writes a message.
    pub async fn write(&mut self, text: &str) -> Outcome<()> {
        done(self.browser.submit("/message", &[("text", text)]).await?.status)
    }

    /// Opens the page's socket and waits for the case, where the server has one to send.
    pub async fn connect(&mut self) -> Outcome<()> {
        let cursor = self.seen().cursor.clone();
        let fresh = cursor.is_empty();
        let mut live = self.browser.live().await?;
        if !live.send(&FromPhone::Hello { token: None, cursor }).await {
            return Err("the socket closed at once".into());
        }
        if fresh {
            let first = live.next::<ToPhone>().await;
            let Some(case @ ToPhone::Case { .. }) = first else { return Err(format!("no case: {first:?}").into()) };
            take(&mut live, case, &self.seen, &self.tell).await;
        }
        let (seen, tell) = (self.seen.clone(), self.tell.clone());
        self.screen = Some(tokio::spawn(async move {
            while let Some(message) = live.next::<ToPhone>().await {
                if !take(&mut live, message, &seen, &tell).await {
                    break;
                }
            }
        }));
        Ok(())
    }

    /// The page has lost its network.
    pub fn drop_socket(&mut self) {
        if let Some(screen) = self.screen.take() {
            screen.abort();
        }
    }

    /// Forgets how far it was, as a page that is loaded again.
    pub fn reload(&mut self) {
        *self.seen() = Seen::default();
    }

    /// When a message was read at the socket; `None` when it is lost.
    pub async fn reads(&mut self, text: &str) -> Option<Instant> {
        self.reads_within(text, LOST_AFTER).await
    }

    /// As [`Phone::reads`], with more patience.
    pub async fn reads_within(&mut self, text: &str, patience: Duration) -> Option<Instant> {
        let found = async {
            while let Some((found, at)) = self.news.recv().await {
                if found == text {
                    return Some(at);
                }
            }
            None
        };
        tokio::time::timeout(patience, found).await.ok().flatten()
    }

    fn seen(&self) -> std::sync::MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Phone {
    fn drop(&mut self) {
        self.drop_socket();
    }
}

/// Takes one message in as a page does; false when the connection is of no use any more.
async fn take(
    live: &mut Live,
    message: ToPhone,
    seen: &Mutex<Seen>,
    tell: &UnboundedSender<(String, Instant)>,
) -> bool {
    let at = Instant::now();
    match message {
        ToPhone::Case { cursor, view } => {
            let shown = {
                let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
                seen.cursor = cursor;
                let before = seen.last;
                for line in view.messages.iter().filter(|line| !line.mine && line.n > before) {
                    seen.last = line.n;
                    if let Words::Text(text) = &line.words {
                        let _ = tell.send((text.clone(), at));
                    }
                }
                (seen.last > before).then_some(seen.last)
            };
            match shown {
                Some(upto) => live.send(&FromPhone::Got { upto, shown: true }).await,
                None => true,
            }
        }
        ToPhone::Ping => live.send(&FromPhone::Pong).await,
        ToPhone::Voice(_) => true,
        ToPhone::Refused(_) | ToPhone::Reload => false,
    }
}

/// Something new at a desk.
enum News {
    Settled(Instant),
    Row(IncidentId, Instant),
    Message(String, u32, Instant),
}

/// A console with one socket.
pub struct Desk {
    browser: Visitor,
    screen: JoinHandle<()>,
    orders: UnboundedSender<FromStaff>,
    news: UnboundedReceiver<News>,
    rows: Arc<Mutex<HashSet<IncidentId>>>,
}

impl Desk {
    /// Opens the console of somebody who is signed in.
    pub async fn open(browser: Visitor) -> Outcome<Self> {
        let mut live = browser.live().await?;
        if !live.send(&FromStaff::Hello { cursor: Vec::new() }).await {
            return Err("the socket closed at once".into());
        }
        let (orders, mut ordered) = unbounded_channel();
        let (tell, news) = unbounded_channel();
        let rows = Arc::new(Mutex::new(HashSet::new()));
        let known = rows.clone();
        let screen = tokio::spawn(async move {
            let (mut settled, mut last) = (false, 0);
            loop {
                tokio::select! {
                    message = live.next::<ToStaff>() => match message {
                        Some(ToStaff::Desk { cursor, rows, pane, .. }) => {
                            let at = Instant::now();
                            let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
                            for row in rows {
                                if known.insert(row.id) && settled {
                                    let _ = tell.send(News::Row(row.id, at));
                                }
                            }
                            // The last part of the first rows carries the cursor.
                            if !settled && !cursor.is_empty() {
                                settled = true;
                                let _ = tell.send(News::Settled(at));
                            }
                            drop(known);
                            for line in pane.iter().flat_map(|pane| &pane.messages) {
                                if let (None, Words::Text(text)) = (line.by, &line.words) && line.n > last {
                                    last = line.n;
                                    let _ = tell.send(News::Message(text.clone(), line.n, at));
                                }
                            }
                        }
                        Some(ToStaff::Ping) => if !live.send(&FromStaff::Pong).await { break },
                        Some(ToStaff::Voice(_) | ToStaff::Paging(_)) => {}
                        Some(_) | None => break,
                    },
                    order = ordered.recv() => match order {
                        Some(order) => if !live.send(&order).await { break },
                        None => break,
                    },
                }
            }
        });
        Ok(Desk { browser, screen, orders, news, rows })
    }

    /// Every case that it shows.
    pub fn rows(&self) -> Vec<IncidentId> {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner).iter().copied().collect()
    }

    /// Waits until the first rows are complete: when they were.
    pub async fn settled(&mut self) -> Outcome<Instant> {
        while let Some(news) = self.news.recv().await {
            if let News::Settled(at) = news {
                return Ok(at);
            }
        }
        Err("the desk's socket closed".into())
    }

    /// The next row that was not there before.
    pub async fn next_row(&mut self) -> Outcome<IncidentId> {
        self.row().await.map(|(id, _)| id).ok_or_else(|| "no row came".into())
    }

    /// The next new row and when it was read at the socket; `None` when it is lost.
    pub async fn row(&mut self) -> Option<(IncidentId, Instant)> {
        let found = async {
            while let Some(news) = self.news.recv().await {
                if let News::Row(id, at) = news {
                    return Some((id, at));
                }
            }
            None
        };
        tokio::time::timeout(LOST_AFTER, found).await.ok().flatten()
    }

    /// Opens a case.
    pub async fn watch(&mut self, case: IncidentId) -> Outcome<()> {
        self.orders.send(FromStaff::Watch(Some(case))).map_err(|_| "the desk's socket closed".into())
    }

    /// When a person's message was read at the socket, and its number; `None` when it is lost.
    pub async fn reads(&mut self, text: &str) -> Option<(Instant, u32)> {
        let found = async {
            while let Some(news) = self.news.recv().await {
                if let News::Message(found, n, at) = news
                    && found == text
                {
                    return Some((at, n));
                }
            }
            None
        };
        tokio::time::timeout(LOST_AFTER, found).await.ok().flatten()
    }

    /// Sends a command.
    pub async fn command(&mut self, command: StaffCommand) -> Outcome<()> {
        done(self.browser.command(command).await?.status)
    }

    /// Closes the console and keeps the sign-in.
    pub fn close(self) -> Visitor {
        self.screen.abort();
        self.browser
    }
}

fn done(status: u16) -> Outcome<()> {
    if matches!(status, 200..=399) { Ok(()) } else { Err(format!("refused with status {status}").into()) }
}
