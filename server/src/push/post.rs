//! One try: the same bytes for everyone, sealed for one browser (RFC 8291), signed for its push service
//! (RFC 8292), with a short life (RFC 8030).

use super::allow::{Allowed, PublicNames};
use super::store::Subscription;
use super::vapid::Vapid;
use axum::body::Body;
use axum::http::{HeaderValue, Request, StatusCode, header};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use std::time::Duration;
use web_push_native::encrypt;

/// What every page says, to everyone, whatever it is about: nothing.
pub const PAYLOAD: &[u8] = b"open";
/// A page that nobody could be given within a minute is of no use: by then it may be somebody's
/// evening off. Seconds.
pub(super) const LIFE_S: u64 = 60;
/// A later page takes the place of one that still waits. The same for everyone.
const TOPIC: &str = "sotto";
/// How long a push service may take to answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);

/// What became of a try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// The push service has it.
    Taken,
    /// There is no such subscription any more.
    Gone,
    /// It will not take this one: repeating it is of no use.
    Refused(u16),
    /// Not now; perhaps after so long.
    Later(Duration),
}

/// Sends pages.
pub(super) struct Post {
    client: Client<HttpsConnector<HttpConnector<PublicNames>>, Body>,
    vapid: Vapid,
    allowed: Allowed,
}

impl Post {
    pub(super) fn new(vapid: Vapid, allowed: Allowed) -> Self {
        let mut http = HttpConnector::new_with_resolver(PublicNames);
        http.enforce_http(false);
        http.set_connect_timeout(Some(ANSWER_WITHIN));
        let connector =
            HttpsConnectorBuilder::new().with_webpki_roots().https_or_http().enable_http1().wrap_connector(http);
        let client = Client::builder(TokioExecutor::new()).pool_idle_timeout(Duration::from_secs(30)).build(connector);
        Post { client, vapid, allowed }
    }

    pub(super) fn vapid(&self) -> &Vapid {
        &self.vapid
    }

    pub(super) fn allowed(&self) -> &Allowed {
        &self.allowed
    }

    /// Tries once. A redirect is an answer like any other that is not wanted: it is not followed.
    pub(super) async fn once(&self, to: &Subscription, now_wall_ms: i64) -> Outcome {
        let Some(request) = self.request(to, now_wall_ms) else { return Outcome::Gone };
        let answer = match tokio::time::timeout(ANSWER_WITHIN, self.client.request(request)).await {
            Ok(Ok(answer)) => answer,
            // Why stays here: an error would name the address.
            Ok(Err(_)) | Err(_) => return Outcome::Later(Duration::ZERO),
        };
        match answer.status() {
            status if status.is_success() => Outcome::Taken,
            StatusCode::NOT_FOUND | StatusCode::GONE => Outcome::Gone,
            status if status == StatusCode::TOO_MANY_REQUESTS || status.is_server_error() => {
                let after =
                    answer.headers().get(header::RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
                Outcome::Later(Duration::from_secs(after.unwrap_or(0)))
            }
            status => Outcome::Refused(status.as_u16()),
        }
    }

    /// The request; `None` for a subscription that no page can be made for, or sent to any more.
    fn request(&self, to: &Subscription, now_wall_ms: i64) -> Option<Request<Body>> {
        // Checked again here: what was allowed when it was kept may not be now.
        let uri = self.allowed.check(&to.endpoint).ok()?;
        let (key, auth) = to.keys()?;
        let sealed = encrypt(PAYLOAD.to_vec(), &key, &auth).ok()?;
        let origin = format!("{}://{}", uri.scheme_str()?, uri.authority()?);
        let signed = HeaderValue::try_from(self.vapid.authorization(&origin, now_wall_ms)?).ok()?;
        Request::post(uri)
            .header(header::AUTHORIZATION, signed)
            .header(header::CONTENT_TYPE, "application/octet-stream")
            .header(header::CONTENT_ENCODING, "aes128gcm")
            .header("ttl", LIFE_S)
            .header("urgency", "high")
            .header("topic", TOPIC)
            .body(Body::from(sealed))
            .ok()
    }
}
