//! A service that says what it was told to say, and keeps its own account of what it charged.

use std::collections::{HashMap, VecDeque};
use std::io;
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use async_trait::async_trait;
use clearcut_credits::Credits;
use clearcut_imaging::{OutputFormat, Rgba, encode_to_vec};
use clearcut_service::{
    AccountAnswer, AnswerHead, AnswerSink, BodySent, ErrorKind, ImageSource, ImproveRequest, Phase, Profile, Progress,
    RemovalRequest, RemoveError, Remover, ServiceError, builtin_profiles,
};
use tokio_util::sync::CancellationToken;

/// One answer of the service.
#[derive(Debug, Clone)]
pub(crate) struct Says {
    /// What it really charges.
    pub(crate) charges: Credits,
    pub(crate) what: What,
}

#[derive(Debug, Clone)]
pub(crate) enum What {
    /// A 200 with a body.
    Body { header: Option<String>, bytes: Vec<u8>, cut_after: Option<usize> },
    /// Another status.
    Status { code: u16, retry_after: Option<Duration>, header: Option<String> },
    /// No answer.
    Nothing(BodySent),
    /// The upload breaks off.
    Broken,
}

impl Says {
    /// A picture of this size for this price, told in the header.
    pub(crate) fn picture(width: u32, height: u32, price: &str) -> Self {
        Self::body(cutout(width, height), price)
    }

    pub(crate) fn body(bytes: Vec<u8>, price: &str) -> Self {
        let charges = price.parse().unwrap();
        Self { charges, what: What::Body { header: Some(price.to_owned()), bytes, cut_after: None } }
    }

    pub(crate) fn without_header(self) -> Self {
        match self.what {
            What::Body { bytes, cut_after, .. } => Self { what: What::Body { header: None, bytes, cut_after }, ..self },
            _ => self,
        }
    }

    pub(crate) fn cut_after(self, count: usize) -> Self {
        match self.what {
            What::Body { header, bytes, .. } => {
                Self { what: What::Body { header, bytes, cut_after: Some(count) }, ..self }
            }
            _ => self,
        }
    }

    pub(crate) fn status(code: u16) -> Self {
        Self { charges: Credits::ZERO, what: What::Status { code, retry_after: None, header: None } }
    }

    pub(crate) fn wait(seconds: u64) -> Self {
        let retry_after = Some(Duration::from_secs(seconds));
        Self { charges: Credits::ZERO, what: What::Status { code: 429, retry_after, header: None } }
    }

    pub(crate) fn nothing(body: BodySent) -> Self {
        Self { charges: Credits::ZERO, what: What::Nothing(body) }
    }

    /// The connection breaks in the middle of the upload.
    pub(crate) fn broken() -> Self {
        Self { charges: Credits::ZERO, what: What::Broken }
    }

    /// And it charges for it.
    pub(crate) fn charging(self, price: &str) -> Self {
        Self { charges: price.parse().unwrap(), ..self }
    }
}

/// A cutout as a service sends it: a disc on nothing.
pub(crate) fn cutout(width: u32, height: u32) -> Vec<u8> {
    encode_to_vec(&disc(width, height), OutputFormat::Zip, &Default::default()).unwrap()
}

pub(crate) fn disc(width: u32, height: u32) -> Rgba {
    let mut picture = Rgba::filled(width, height, [0; 4]);
    for y in 0..height {
        for x in 0..width {
            let (dx, dy) = (f64::from(x) / f64::from(width) - 0.5, f64::from(y) / f64::from(height) - 0.5);
            if dx.hypot(dy) < 0.4 {
                let at = (y * width + x) as usize * 4;
                picture.pixels[at..at + 4].copy_from_slice(&[200, 120, 40, 255]);
            }
        }
    }
    picture
}

/// The scripted service.
pub(crate) struct Script {
    profile: Profile,
    says: Mutex<VecDeque<Says>>,
    requests: Mutex<Vec<RemovalRequest>>,
    /// What was sent with them.
    pictures: Mutex<Vec<Vec<u8>>>,
    charged: Mutex<Credits>,
    pub(crate) balance: Mutex<AccountAnswer>,
    /// Answers to requests for one file, before all others.
    by_name: Mutex<HashMap<String, VecDeque<Says>>>,
    /// What it says when it was told nothing else.
    otherwise: Mutex<Option<Says>>,
    /// What its account holds, where the balance follows the charges: subscription and PAYG at first.
    holds: Mutex<Option<(Credits, Credits)>>,
    /// How long an answer takes.
    latency: Mutex<Duration>,
    /// Called when a request comes.
    on_request: Mutex<Option<Box<dyn Fn() + Send>>>,
    /// Requests on their way now, and at most.
    under_way: Mutex<(usize, usize)>,
}

impl Script {
    pub(crate) fn new(says: impl IntoIterator<Item = Says>) -> Self {
        let profile = builtin_profiles().into_iter().find(|profile| profile.id == "practice").unwrap();
        Self {
            profile,
            says: Mutex::new(says.into_iter().collect()),
            requests: Mutex::default(),
            pictures: Mutex::default(),
            charged: Mutex::default(),
            balance: Mutex::default(),
            by_name: Mutex::default(),
            otherwise: Mutex::default(),
            holds: Mutex::default(),
            latency: Mutex::default(),
            on_request: Mutex::default(),
            under_way: Mutex::default(),
        }
    }

    /// A service that says this whatever else it is asked, and whose balance follows what it charges.
    pub(crate) fn always(says: Says, subscription: &str, payg: &str) -> Self {
        let this = Self::new([]);
        *locked(&this.otherwise) = Some(says);
        *locked(&this.holds) = Some((subscription.parse().unwrap(), payg.parse().unwrap()));
        this
    }

    /// The answers to requests for this file.
    pub(crate) fn for_file(self, name: &str, says: impl IntoIterator<Item = Says>) -> Self {
        locked(&self.by_name).entry(name.to_owned()).or_default().extend(says);
        self
    }

    pub(crate) fn taking(self, latency: Duration) -> Self {
        *locked(&self.latency) = latency;
        self
    }

    /// From now on it says this whatever it is asked.
    pub(crate) fn say_from_now_on(&self, says: Says) {
        *locked(&self.otherwise) = Some(says);
    }

    /// Somebody else spends so much of its subscription.
    pub(crate) fn spend_elsewhere(&self, amount: &str) {
        let mut holds = locked(&self.holds);
        let (subscription, payg) = holds.unwrap();
        *holds = Some((subscription.less(amount.parse().unwrap()), payg));
    }

    /// The most requests that were on their way at a time.
    pub(crate) fn most_under_way(&self) -> usize {
        locked(&self.under_way).1
    }

    pub(crate) fn under_way(&self) -> usize {
        locked(&self.under_way).0
    }

    pub(crate) fn on_request(&self, hook: impl Fn() + Send + 'static) {
        *locked(&self.on_request) = Some(Box::new(hook));
    }

    fn next_for(&self, request: &RemovalRequest) -> Says {
        let own = locked(&self.by_name).get_mut(&name_of(request)).and_then(VecDeque::pop_front);
        let own = own.or_else(|| locked(&self.says).pop_front());
        own.or_else(|| locked(&self.otherwise).clone()).expect("one request more than the script has answers")
    }

    pub(crate) fn with_profile(self, change: impl FnOnce(&mut Profile)) -> Self {
        let mut this = self;
        change(&mut this.profile);
        this
    }

    /// Everything it charged.
    pub(crate) fn charged(&self) -> Credits {
        *locked(&self.charged)
    }

    /// Every request it got.
    pub(crate) fn requests(&self) -> Vec<RemovalRequest> {
        locked(&self.requests).clone()
    }
}

impl Script {
    /// The file of every request it got.
    pub(crate) fn pictures(&self) -> Vec<Vec<u8>> {
        locked(&self.pictures).clone()
    }
}

pub(crate) fn name_of(request: &RemovalRequest) -> String {
    match &request.source {
        ImageSource::File { file_name, .. } => file_name.clone(),
        _ => String::new(),
    }
}

/// A request on its way.
struct UnderWay<'a>(&'a Mutex<(usize, usize)>);

impl<'a> UnderWay<'a> {
    fn begin(count: &'a Mutex<(usize, usize)>) -> Self {
        let mut counted = locked(count);
        counted.0 += 1;
        counted.1 = counted.1.max(counted.0);
        drop(counted);
        Self(count)
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        locked(self.0).0 -= 1;
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap()
}

#[async_trait]
impl Remover for Script {
    async fn remove(
        &self,
        request: &RemovalRequest,
        sink: &mut dyn AnswerSink,
        progress: &dyn Progress,
        cancel: &CancellationToken,
    ) -> Result<AnswerHead, RemoveError> {
        tokio::task::yield_now().await;
        if cancel.is_cancelled() {
            return Err(RemoveError::unsent(ErrorKind::Cancelled));
        }
        locked(&self.requests).push(request.clone());
        if let ImageSource::File { path, .. } = &request.source {
            locked(&self.pictures).push(std::fs::read(path).unwrap_or_default());
        }
        if let Some(hook) = &*locked(&self.on_request) {
            hook();
        }
        let Says { charges, what } = self.next_for(request);
        let _under_way = UnderWay::begin(&self.under_way);
        progress.uploaded(1, 1);
        {
            let mut charged = locked(&self.charged);
            *charged = charged.saturating_add(charges);
        }
        let latency = *locked(&self.latency);
        if latency.is_zero() {
            tokio::task::yield_now().await;
        } else {
            tokio::time::sleep(latency).await;
        }
        let (header, bytes, cut_after) = match what {
            What::Body { header, bytes, cut_after } => (header, bytes, cut_after),
            What::Status { code, retry_after, header } => {
                let head = AnswerHead {
                    status: code,
                    retry_after,
                    credits_charged: header.and_then(|header| header.parse().ok()),
                    ..AnswerHead::default()
                };
                let refused = ServiceError {
                    status: code,
                    title: format!("status {code}"),
                    code: None,
                    detail: None,
                    retry_after,
                    documented: true,
                };
                let kind = ErrorKind::Refused(refused);
                return Err(RemoveError { kind, body: BodySent::Yes, head: Some(Box::new(head)) });
            }
            What::Broken => return Err(RemoveError::unsent(ErrorKind::Transport("reset".to_owned()))),
            What::Nothing(body) => {
                let kind = match body {
                    BodySent::No => ErrorKind::Connect("nobody is there".to_owned()),
                    BodySent::Yes => ErrorKind::Timeout { phase: Phase::Waiting },
                };
                return Err(RemoveError { kind, body, head: None });
            }
        };
        let head = AnswerHead {
            status: 200,
            content_type: Some("application/zip".to_owned()),
            content_length: Some(bytes.len() as u64),
            credits_charged: header.and_then(|header| header.parse().ok()),
            request_id: Some("request-7".to_owned()),
            ..AnswerHead::default()
        };
        let whole = cut_after.is_none_or(|count| count >= bytes.len());
        let sent = &bytes[..cut_after.unwrap_or(bytes.len()).min(bytes.len())];
        let failed = |error: io::Error, head: &AnswerHead| RemoveError {
            kind: ErrorKind::Sink(error),
            body: BodySent::Yes,
            head: Some(Box::new(head.clone())),
        };
        sink.head(&head).map_err(|error| failed(error, &head))?;
        tokio::task::yield_now().await;
        for piece in sent.chunks(512) {
            sink.chunk(piece).map_err(|error| failed(error, &head))?;
            tokio::task::yield_now().await;
        }
        if whole {
            return Ok(head);
        }
        let kind = ErrorKind::Truncated { got: sent.len() as u64, expected: Some(bytes.len() as u64) };
        Err(RemoveError { kind, body: BodySent::Yes, head: Some(Box::new(head)) })
    }

    async fn account(&self) -> Result<AccountAnswer, RemoveError> {
        let Some((subscription, payg)) = *locked(&self.holds) else { return Ok(locked(&self.balance).clone()) };
        let charged = self.charged();
        let (subscription, payg) = (subscription.less(charged), payg.less(charged.less(subscription)));
        let figure = |amount: Credits| amount.to_string().parse().ok();
        Ok(AccountAnswer {
            total: figure(subscription.saturating_add(payg)),
            subscription: figure(subscription),
            payg: figure(payg),
            ..AccountAnswer::default()
        })
    }

    async fn improve(
        &self,
        _: &ImproveRequest,
        _: &dyn Progress,
        _: &CancellationToken,
    ) -> Result<String, RemoveError> {
        Err(RemoveError::unsent(ErrorKind::Cancelled))
    }

    fn profile(&self) -> &Profile {
        &self.profile
    }
}
