//! The way to the network: a real proxy that asks for a name, a real TLS server whose authority only the test knows, and a way that
//! changes while the client is at work.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use clearcut_service::{
    ApiKey, Authorities, ConnectTrouble, HttpOptions, HttpRemover, Network, ProxyAddress, ProxyChoice, ProxyPassword,
    RemoveError, Remover as _, SharedNetwork,
};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

use crate::server::{Server, answer};
use crate::setup::{KEY, call, client, patient, profile};

/// A name that only the proxy knows.
const HOST: &str = "removal.test";
/// `me:päss`, as Basic puts it.
const CREDENTIALS: &str = "proxy-authorization: basic bwu6cmokc3m=";
const BALANCE: &str = r#"{"data":{"attributes":{"credits":{"total":12,"subscription":10,"payg":2},"api":{"free_calls":50,"sizes":"all"}}}}"#;

/// A service with TLS, whose certificate an authority of its own has signed.
struct Service {
    address: SocketAddr,
    authority: String,
    task: JoinHandle<()>,
}

impl Service {
    async fn start() -> Self {
        let mut params = CertificateParams::new(Vec::<String>::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let authority = params.self_signed(&key).unwrap();
        let own_key = KeyPair::generate().unwrap();
        let issuer = Issuer::from_params(&params, &key);
        let certificate =
            CertificateParams::new([HOST.to_owned()].to_vec()).unwrap().signed_by(&own_key, &issuer).unwrap();
        let key = PrivateKeyDer::try_from(own_key.serialize_der()).unwrap();
        let config =
            ServerConfig::builder().with_no_client_auth().with_single_cert(vec![certificate.der().clone()], key);
        let acceptor = TlsAcceptor::from(Arc::new(config.unwrap()));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                // Whoever does not believe the certificate hangs up here.
                let Ok(mut stream) = acceptor.accept(stream).await else { continue };
                read_head(&mut stream).await;
                let body = answer("200 OK", &[("Content-Type", "application/json")], BALANCE.as_bytes());
                let _ = stream.write_all(&body).await;
                let _ = stream.shutdown().await;
            }
        });
        Self { address, authority: authority.pem(), task }
    }

    fn authorities(&self) -> Authorities {
        Authorities::from_pem(self.authority.as_bytes()).unwrap()
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// A proxy that lets through who is named in its list, always to the same service.
struct Proxy {
    address: SocketAddr,
    heads: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

impl Proxy {
    async fn before(service: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let heads = Arc::new(Mutex::new(Vec::new()));
        let keep = Arc::clone(&heads);
        let task = tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let head = read_head(&mut stream).await.to_ascii_lowercase();
                let known = head.contains(CREDENTIALS);
                keep.lock().unwrap().push(head);
                if !known {
                    let asks = b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n";
                    let _ = stream.write_all(asks).await;
                    continue;
                }
                let mut onward = TcpStream::connect(service).await.unwrap();
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await;
                tokio::spawn(async move { copy_bidirectional(&mut stream, &mut onward).await });
            }
        });
        Self { address, heads, task }
    }

    fn with(&self, password: &str) -> ProxyChoice {
        let password = Some(ProxyPassword::new(password));
        ProxyChoice::At(ProxyAddress::new(&self.address.to_string(), Some("me".to_owned()), password).unwrap())
    }

    fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn read_head(stream: &mut (impl tokio::io::AsyncRead + Unpin)) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => break,
        }
    }
    String::from_utf8(head).unwrap()
}

/// A client of the service behind the proxy, and its way.
fn over(network: Network) -> (HttpRemover, SharedNetwork) {
    let options = HttpOptions { network: SharedNetwork::default(), ..patient() };
    let way = options.network.clone();
    way.change(network);
    let profile = profile(&format!("https://{HOST}/v1.0"));
    (HttpRemover::new(profile, Some(ApiKey::new(KEY).unwrap()), options).unwrap(), way)
}

async fn total(client: &HttpRemover) -> Result<String, RemoveError> {
    Ok(client.account().await?.total.unwrap().to_string())
}

#[tokio::test]
async fn through_a_proxy_with_a_name_to_a_service_of_an_own_authority() {
    let service = Service::start().await;
    let proxy = Proxy::before(service.address).await;
    let (client, _) = over(Network { proxy: proxy.with("päss"), authorities: Some(service.authorities()) });
    assert_eq!(total(&client).await.unwrap(), "12");
    let heads = proxy.heads();
    assert_eq!(heads.len(), 1);
    assert!(heads[0].starts_with(&format!("connect {HOST}:443 http/1.1\r\n")), "{heads:?}");
    assert!(!heads[0].contains(KEY), "the proxy sees no key");
    assert!(!format!("{client:?}").contains("päss"));
}

#[tokio::test]
async fn what_is_wrong_is_told_and_a_changed_way_counts_from_the_next_request_on() {
    let service = Service::start().await;
    let proxy = Proxy::before(service.address).await;
    let (client, way) = over(Network { proxy: proxy.with("wrong"), authorities: Some(service.authorities()) });
    assert_eq!(trouble(&client).await, ConnectTrouble::ProxyCredentials);
    way.change(Network { proxy: proxy.with("päss"), authorities: None });
    assert_eq!(trouble(&client).await, ConnectTrouble::Certificate);
    way.change(Network { proxy: proxy.with("päss"), authorities: Some(Service::start().await.authorities()) });
    assert_eq!(trouble(&client).await, ConnectTrouble::Certificate, "another authority is no help");
    way.change(Network { proxy: proxy.with("päss"), authorities: Some(service.authorities()) });
    assert_eq!(total(&client).await.unwrap(), "12");
    // Nobody listens there any more.
    let gone = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().to_string();
    let nobody = ProxyChoice::At(ProxyAddress::new(&gone, None, None).unwrap());
    way.change(Network { proxy: nobody, authorities: None });
    assert_eq!(trouble(&client).await, ConnectTrouble::NobodyListens);
}

async fn trouble(client: &HttpRemover) -> ConnectTrouble {
    let error = client.account().await.unwrap_err();
    error.connect_trouble().unwrap_or_else(|| panic!("{error}"))
}

#[tokio::test]
async fn what_is_not_encrypted_or_stays_here_goes_through_no_proxy() {
    let service = Service::start().await;
    let proxy = Proxy::before(service.address).await;
    let server = Server::answering("200 OK", &[("Content-Type", "image/png")], b"picture").await;
    let options = HttpOptions { network: SharedNetwork::default(), ..patient() };
    options.network.change(Network { proxy: proxy.with("päss"), authorities: None });
    let client = client(&server.prefix(), options);
    call(&client).await.unwrap();
    assert_eq!((server.connections(), proxy.heads()), (1, Vec::new()));
}
