//! The connection: mutual TLS from files, made anew when they change.

use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use tokio::time::Instant;
use tonic::transport::{Certificate, Channel, ClientTlsConfig, Endpoint, Identity};

use crate::Error;
use crate::client::{Client, Token};
use crate::retry::retrying;

pub(crate) const ATTEMPTS: u32 = 4;
const TIMEOUT: Duration = Duration::from_secs(10);
/// To connect, so that an attempt that nobody answers leaves time for another.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(4);

/// How to connect; made by [`Client::builder`].
#[derive(Debug, Clone)]
pub struct Builder {
    url: String,
    files: Files,
    token: Option<Token>,
    timeout: Duration,
}

impl Builder {
    pub(crate) fn new(url: String) -> Self {
        Self {
            url,
            files: Files::default(),
            token: None,
            timeout: TIMEOUT,
        }
    }

    /// The PEM file of the authorities that the server's certificate is checked against.
    /// Without it the machine's own are trusted, which takes the feature `tls-native-roots`.
    pub fn ca_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.files.ca = Some(path.into());
        self
    }

    /// The PEM files of the service's own certificate (with its intermediates) and key.
    ///
    /// These files and the authorities' are looked at before each call. When one has changed, this call and those after
    /// it go over a new connection; calls under way finish on the old one. While the new files are not usable, such as a
    /// certificate whose key is not written yet, the old connection stays in use.
    pub fn identity_files(
        mut self,
        certificate: impl Into<PathBuf>,
        key: impl Into<PathBuf>,
    ) -> Self {
        self.files.identity = Some((certificate.into(), key.into()));
        self
    }

    /// A bearer token for all calls, such as an initial access token; [`Client::with_token`] gives one for some.
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.token = Some(Token(token.into()));
        self
    }

    /// The deadline of each call with all its attempts, and of [`connect`](Self::connect); 10 s when not given.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Reads the files and connects, so that what is wrong with either is known now.
    pub async fn connect(self) -> Result<Client, Error> {
        let client = self.connect_lazy()?;
        let endpoint = client.connection.endpoint()?;
        let channel = retrying(client.deadline(), ATTEMPTS, async || {
            endpoint
                .connect()
                .await
                .map_err(|e| Error::Transport(e.into()))
        })
        .await
        .map_err(|failure| failure.error)?;
        client.connection.current().channel = channel;
        Ok(client)
    }

    /// Reads the files and leaves connecting to the first call: a service can start before the registry does.
    /// To be called within a tokio runtime.
    pub fn connect_lazy(self) -> Result<Client, Error> {
        let Self {
            url,
            files,
            token,
            timeout,
        } = self;
        Ok(Client {
            connection: Arc::new(Connection::new(url, files)?),
            timeout,
            attempts: ATTEMPTS,
            token,
        })
    }
}

/// The files of a connection.
#[derive(Debug, Clone, Default)]
struct Files {
    ca: Option<PathBuf>,
    identity: Option<(PathBuf, PathBuf)>,
}

impl Files {
    fn paths(&self) -> impl Iterator<Item = &PathBuf> {
        let identity = self.identity.iter();
        self.ca
            .iter()
            .chain(identity.flat_map(|(certificate, key)| [certificate, key]))
    }

    /// What changes when a file does. Links are followed, so that a swapped link counts, too.
    fn stamps(&self) -> Vec<Option<Stamp>> {
        self.paths().map(|path| stamp(path).ok()).collect()
    }

    fn tls(&self) -> Result<ClientTlsConfig, Error> {
        let mut tls = ClientTlsConfig::new().timeout(CONNECT_TIMEOUT);
        match &self.ca {
            Some(path) => {
                let pem = read(path)?;
                // rustls would take a file without any, and then trust nobody.
                if !String::from_utf8_lossy(&pem).contains("-----BEGIN CERTIFICATE-----") {
                    return Err(Error::setup(
                        path.to_string_lossy(),
                        "no PEM certificate in it",
                    ));
                }
                tls = tls.ca_certificate(Certificate::from_pem(pem));
            }
            None if cfg!(feature = "tls-native-roots") => tls = tls.with_enabled_roots(),
            None => {
                let missing = "give ca_file, or build with the feature tls-native-roots";
                return Err(Error::setup("the set of trusted authorities", missing));
            }
        }
        if let Some((certificate, key)) = &self.identity {
            tls = tls.identity(Identity::from_pem(read(certificate)?, read(key)?));
        }
        Ok(tls)
    }
}

type Stamp = (SystemTime, u64, u64, i64, i64);

fn stamp(path: &PathBuf) -> std::io::Result<Stamp> {
    let meta = std::fs::metadata(path)?;
    // A copy can keep the time and the length: where there are inodes, they and the change time tell.
    #[cfg(unix)]
    let (inode, seconds, nanos) = {
        use std::os::unix::fs::MetadataExt;
        (meta.ino(), meta.ctime(), meta.ctime_nsec())
    };
    #[cfg(not(unix))]
    let (inode, seconds, nanos) = (0, 0, 0);
    Ok((meta.modified()?, meta.len(), inode, seconds, nanos))
}

fn read(path: &PathBuf) -> Result<Vec<u8>, Error> {
    std::fs::read(path).map_err(|error| Error::setup(path.to_string_lossy(), error))
}

/// One connection for all clones of a client.
pub(crate) struct Connection {
    base: Endpoint,
    files: Files,
    current: Mutex<Current>,
}

struct Current {
    stamps: Vec<Option<Stamp>>,
    channel: Channel,
    /// The files that were warned of, to say it once.
    warned: Vec<Option<Stamp>>,
}

impl Connection {
    fn new(url: String, files: Files) -> Result<Self, Error> {
        let what = format!("the URL {url}");
        let base = Endpoint::from_shared(url).map_err(|error| Error::setup(&what, error))?;
        // tonic would speak in the clear, and send the token with it.
        if base.uri().scheme_str() != Some("https") {
            return Err(Error::setup(what, "it does not start with https://"));
        }
        let base = base
            .user_agent(concat!("matricula-rust/", env!("CARGO_PKG_VERSION")))
            .map_err(|error| Error::setup("the user agent", error))?
            .connect_timeout(CONNECT_TIMEOUT)
            // Otherwise a peer that vanished is noticed only when the system gives up, after many minutes of deadlines.
            .http2_keep_alive_interval(Duration::from_secs(30))
            .keep_alive_timeout(Duration::from_secs(10))
            .keep_alive_while_idle(true);
        let stamps = files.stamps();
        let channel = endpoint(&base, &files)?.connect_lazy();
        let current = Mutex::new(Current {
            stamps,
            channel,
            warned: Vec::new(),
        });
        Ok(Self {
            base,
            files,
            current,
        })
    }

    fn endpoint(&self) -> Result<Endpoint, Error> {
        endpoint(&self.base, &self.files)
    }

    /// A panic elsewhere leaves nothing half done here.
    fn current(&self) -> MutexGuard<'_, Current> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The channel to call on now. Looking at three files takes microseconds, reading them as many when they changed:
    /// not worth a thread.
    pub(crate) fn channel(&self) -> Channel {
        let mut current = self.current();
        // Taken before the files are read: what changes in between is seen the next time.
        let stamps = self.files.stamps();
        if stamps != current.stamps {
            match self.endpoint() {
                Ok(endpoint) => {
                    current.channel = endpoint.connect_lazy();
                    current.stamps = stamps;
                }
                Err(error) if stamps != current.warned => {
                    let cause = std::error::Error::source(&error).map(ToString::to_string);
                    tracing::warn!(%error, cause, "the certificate files changed and are not usable: the old connection stays");
                    current.warned = stamps;
                }
                Err(_) => {}
            }
        }
        current.channel.clone()
    }
}

fn endpoint(base: &Endpoint, files: &Files) -> Result<Endpoint, Error> {
    base.clone()
        .tls_config(files.tls()?)
        .map_err(|error| Error::setup("the certificates or the key", error))
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("url", self.base.uri())
            .field("files", &self.files)
            .finish_non_exhaustive()
    }
}

impl Client {
    pub(crate) fn deadline(&self) -> Instant {
        // No clock has to hold more than a day, and `Duration::MAX` must not overflow it.
        Instant::now() + self.timeout.min(Duration::from_secs(86_400))
    }
}
