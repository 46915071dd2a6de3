//! Made-up events, of all kinds, and the same ones each time.

use std::{
    convert::Infallible,
    sync::{Arc, Mutex},
    time::{Duration, SystemTime},
};

use http::{Request, Response, StatusCode};
use http_body_util::BodyExt as _;
use tollbar_analytics::{AnalyticsLayer, Ended, Event, ExchangeId, Proxy};
use tollbar_core::{Body, Consumer, Exchange, Kind, Refusal, Verdict, frame::FrameLayer};
use tollbar_mcp::{ClientInfo, Method};
use tower::{Layer as _, ServiceExt as _, service_fn};

const CALL: &str =
    r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"get_weather"}}"#;

const METHODS: [Method; 4] = [
    Method::ToolsList,
    Method::ResourcesRead,
    Method::PromptsGet,
    Method::Initialize,
];

const REFUSALS: [(Kind, &str, i64); 4] = [
    (Kind::Limited, "rate_limited", -32_003),
    (Kind::Forbidden, "denied", 403),
    (Kind::Unauthenticated, "key_unknown", 401),
    (Kind::TooLarge, "body_too_large", 413),
];

/// How many of each there are. The first ones are asked for far more often than the last ones.
#[derive(Clone, Copy)]
pub(crate) struct Variety {
    pub(crate) proxies: u64,
    pub(crate) tools: u64,
    pub(crate) consumers: u64,
}

/// Makes events.
pub(crate) struct Varied {
    answered: Event,
    refused: Event,
    clients: Vec<ClientInfo>,
    proxies: Vec<Arc<Proxy>>,
    variety: Variety,
    chance: Chance,
    number: u64,
}

impl Varied {
    pub(crate) async fn new(variety: Variety, seed: u64) -> Self {
        let mut clients = Vec::new();
        for name in ["claude-code", "inspector", "cursor", "probe"] {
            let request = format!(
                r#"{{"jsonrpc":"2.0","id":1,"method":"initialize","params":{{"protocolVersion":"2025-06-18","capabilities":{{}},"clientInfo":{{"name":"{name}","version":"1.2"}}}}}}"#
            );
            clients.extend(event(&request, false).await.client);
        }
        assert_eq!(clients.len(), 4);
        let proxies = (0..variety.proxies).map(|number| {
            let mut proxy = Proxy::default();
            proxy.name = Some(format!("proxy-{number}").into());
            proxy.version = Some("1".into());
            Arc::new(proxy)
        });
        Self {
            answered: event(CALL, false).await,
            refused: event(CALL, true).await,
            clients,
            proxies: proxies.collect(),
            variety,
            chance: Chance(seed),
            number: 0,
        }
    }

    /// An event that came in then.
    pub(crate) fn event(&mut self, at: SystemTime) -> Event {
        let is_refused = self.chance.is(0.08);
        let mut event = match is_refused {
            true => self.refused.clone(),
            false => self.answered.clone(),
        };
        self.number += 1;
        event.id = ExchangeId::from_u128(u128::from(self.number) << 64 | 0x8000_0000);
        event.at = at;
        let tool = self.chance.early(self.variety.tools);
        // A tool belongs to a server.
        let proxy = tool % self.variety.proxies;
        event.proxy = Arc::clone(&self.proxies[proxy as usize]);
        self.asks(&mut event, tool);
        let is_known = !is_refused || self.chance.is(0.6);
        event.consumer = is_known.then(|| self.consumer());
        if self.chance.is(0.9) {
            event.client = Some(self.clients[self.chance.early(4) as usize].clone());
        }
        let rule = format!("rule-{}", self.chance.early(12));
        if is_refused {
            let (kind, reason, code) = REFUSALS[self.chance.early(4) as usize];
            let refusal = event.refusal.as_mut().unwrap();
            (refusal.kind, refusal.reason, refusal.code) = (kind, reason, code);
            event.status = Some(kind.status());
            if kind == Kind::Forbidden {
                event.verdict = Some(Verdict::deny("denied").by(rule));
            }
        } else {
            event.verdict = Some(Verdict::allow("allowed").by(rule));
            self.comes_out(&mut event);
        }
        self.takes(&mut event, is_refused);
        event
    }

    fn asks(&mut self, event: &mut Event, tool: u64) {
        let other = self.chance.is(0.3).then(|| self.chance.early(4) as usize);
        let asked = event.asked.as_mut().unwrap();
        asked.subject = Some(format!("tool-{tool}").into());
        match other {
            Some(1) => {
                asked.subject_kind = Some("resource");
                asked.subject = Some(format!("file:///notes/{tool}").into());
            }
            Some(2) => asked.subject_kind = Some("prompt"),
            Some(_) => (asked.subject_kind, asked.subject) = (None, None),
            None => {}
        }
        if let Some(other) = other {
            asked.method = Some(METHODS[other].clone());
        }
    }

    fn consumer(&mut self) -> Consumer {
        let number = self.chance.early(self.variety.consumers);
        let plan = ["keyless", "key", "oauth"][(number % 3) as usize];
        let consumer = Consumer::new(plan);
        match number % 3 {
            0 => consumer,
            1 => consumer
                .with_key_id(format!("tb_{number}"))
                .with_key_name(format!("team-{number}")),
            _ => consumer
                .with_subject(format!("user-{number}@example.com"))
                .with_client_id(format!("app-{}", number % 7)),
        }
    }

    fn comes_out(&mut self, event: &mut Event) {
        // Both halves of the numbers.
        event.session = Some(self.chance.below(50)).map(|it| it.wrapping_sub(25));
        let upstream = event.upstream.as_mut().unwrap();
        match self.chance.below(100) {
            0..4 => upstream.is_tool_error = true,
            4..6 => upstream.code = Some(-32_602),
            6 => {
                upstream.status = StatusCode::BAD_GATEWAY;
                event.status = Some(StatusCode::BAD_GATEWAY);
            }
            7 => event.ended = Ended::UpstreamBroke,
            8 => event.ended = Ended::ClientLeft,
            9 => {
                (event.ended, event.status, event.upstream) = (Ended::ClientLeft, None, None);
                (event.times.head, event.times.answered) = (None, None);
            }
            _ => {}
        }
    }

    fn takes(&mut self, event: &mut Event, is_refused: bool) {
        // From 20 µs to some 20 s, most of them short.
        let exponent = self.chance.below(21).min(self.chance.below(21));
        let own = Duration::from_micros(20 + self.chance.below(200));
        let waits = Duration::from_micros(self.chance.below(20 << exponent));
        let times = &mut event.times;
        if is_refused {
            (times.head, times.total) = (Some(own), own);
        } else {
            times.asked = Some(own);
            times.answered = times.answered.map(|_| own + waits);
            times.head = times.head.map(|_| own + waits);
            times.total = own + waits + Duration::from_micros(self.chance.below(500));
        }
        event.sizes.bytes_in = Some(100 + self.chance.below(400));
        event.sizes.bytes_out = self.chance.below(5_000);
        event.sizes.messages = u64::from(!is_refused);
    }
}

/// The event of this request, which is answered or refused.
pub(crate) async fn event(request: &str, is_refused: bool) -> Event {
    let mut events = events(request, is_refused).await;
    assert_eq!(events.len(), 1);
    events.remove(0)
}

/// The events of this request: one for each message of an array.
pub(crate) async fn events(request: &str, is_refused: bool) -> Vec<Event> {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let sink = Arc::clone(&seen);
    let layer =
        AnalyticsLayer::new(move |event: Arc<Event>| sink.lock().unwrap().push((*event).clone()));
    let server = service_fn(move |request: Request<Body>| async move {
        let exchange = request.extensions().get::<Exchange>().unwrap();
        if is_refused {
            let refusal = Refusal::new(Kind::Forbidden, "denied", "not you");
            return Ok(refusal.into_response(exchange));
        }
        exchange.note_asked();
        exchange.set_answered(StatusCode::OK).unwrap();
        let answer = r#"{"jsonrpc":"2.0","id":1,"result":{}}"#;
        let response = Response::builder().header("content-type", "application/json");
        Ok::<_, Infallible>(response.body(Body::from(answer)).unwrap())
    });
    let stack = layer.layer(FrameLayer::new().layer(server));
    let request = Request::post("/mcp")
        .header("content-type", "application/json")
        .body(Body::from(request.to_owned()))
        .unwrap();
    let response = stack.oneshot(request).await.unwrap();
    response.into_body().collect().await.unwrap();
    let mut seen = seen.lock().unwrap();
    std::mem::take(&mut *seen)
}

/// Numbers by chance, the same ones for the same seed (SplitMix64).
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// From zero on, below this.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.next() % end.max(1)
    }

    /// The same, and the first ones more often: of 100, the first ten come half of the time.
    pub(crate) fn early(&mut self, end: u64) -> u64 {
        let part = (self.next() >> 11) as f64 / (1_u64 << 53) as f64;
        ((part.powf(3.3) * end as f64) as u64).min(end.saturating_sub(1))
    }

    pub(crate) fn is(&mut self, part: f64) -> bool {
        ((self.next() >> 11) as f64 / (1_u64 << 53) as f64) < part
    }
}
