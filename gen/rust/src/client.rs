//! The client: each RPC with deadline, retry, idempotency key and typed errors.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;
use tonic::transport::Channel;
use tonic::{Code, Request, Response, Status};

use crate::Error;
use crate::connection::{Builder, Connection};
use crate::retry::{Failure, retrying};
use crate::v1::client_directory_service_client::ClientDirectoryServiceClient;
use crate::v1::initial_access_token_service_client::InitialAccessTokenServiceClient;
use crate::v1::registration_service_client::RegistrationServiceClient;
use crate::v1::*;

/// A page of 500 clients with their key sets does not fit tonic's 4 MiB.
const LARGEST_PAGE: usize = 64 * 1024 * 1024;

/// A client of one registry. Clones share the connection; `with_*` make one with other settings.
#[derive(Debug, Clone)]
pub struct Client {
    pub(crate) connection: Arc<Connection>,
    pub(crate) timeout: Duration,
    pub(crate) attempts: u32,
    pub(crate) token: Option<Token>,
}

impl Client {
    /// Starts with the registry's URL, such as `https://matricula.example:8443`.
    pub fn builder(url: impl Into<String>) -> Builder {
        Builder::new(url.into())
    }

    /// The same with another bearer token: an initial access token, or a client's registration access token.
    pub fn with_token(&self, token: impl Into<String>) -> Self {
        let token = Some(Token(token.into()));
        Self {
            token,
            ..self.clone()
        }
    }

    /// The same with another deadline for each call, all attempts included.
    pub fn with_timeout(&self, timeout: Duration) -> Self {
        Self {
            timeout,
            ..self.clone()
        }
    }

    /// The same with at most so many attempts at each call; 1 means no retry, 4 is the default.
    pub fn with_attempts(&self, attempts: u32) -> Self {
        Self {
            attempts,
            ..self.clone()
        }
    }

    /// A client registers, reads, replaces and deletes itself.
    pub fn registration(&self) -> Registration<'_> {
        Registration(self)
    }

    /// The registry as an authorization server reads it.
    pub fn directory(&self) -> Directory<'_> {
        Directory(self)
    }

    /// Hands out initial access tokens.
    pub fn initial_access_tokens(&self) -> InitialAccessTokens<'_> {
        InitialAccessTokens(self)
    }

    /// The channel of this moment, for the generated clients as they are: no deadline, retry or token from here.
    pub fn channel(&self) -> Channel {
        self.connection.channel()
    }

    /// Any RPC of a generated client, with this client's deadline, token, retry on UNAVAILABLE and errors.
    /// A call that must not happen twice, and has no idempotency key, is made through [`with_attempts(1)`](Self::with_attempts).
    pub async fn call<Q, A, S, F>(&self, request: Q, send: S) -> Result<A, Error>
    where
        Q: Clone,
        S: Fn(Channel, Request<Q>) -> F,
        F: Future<Output = Result<Response<A>, Status>>,
    {
        self.attempts_at(request, send)
            .await
            .map_err(|failure| failure.error)
    }

    async fn attempts_at<Q, A, S, F>(&self, request: Q, send: S) -> Result<A, Failure>
    where
        Q: Clone,
        S: Fn(Channel, Request<Q>) -> F,
        F: Future<Output = Result<Response<A>, Status>>,
    {
        let deadline = self.deadline();
        // One channel for all attempts: a repetition under another identity would be another caller's request.
        let channel = self.connection.channel();
        retrying(deadline, self.attempts, async || {
            let mut request = Request::new(request.clone());
            request.set_timeout(deadline.saturating_duration_since(Instant::now()));
            if let Some(token) = &self.token {
                token.put_on(&mut request)?;
            }
            Ok(send(channel.clone(), request).await?.into_inner())
        })
        .await
    }
}

/// `matricula.v1.RegistrationService`.
#[derive(Debug, Clone, Copy)]
pub struct Registration<'a>(&'a Client);

impl Registration<'_> {
    /// Registers a client. The secret, if any, and the registration access token are in this answer alone.
    /// An empty idempotency key is filled, so that a retry gets the first attempt's answer.
    pub async fn register_client(
        &self,
        request: impl Into<RegisterClientRequest>,
    ) -> Result<RegisterClientResponse, Error> {
        let mut request = request.into();
        fill(&mut request.idempotency_key);
        let send = async |channel, request| {
            RegistrationServiceClient::new(channel)
                .register_client(request)
                .await
        };
        self.0.call(request, send).await
    }

    /// Reads a client.
    pub async fn read_client(
        &self,
        request: ReadClientRequest,
    ) -> Result<ReadClientResponse, Error> {
        let send = async |channel, request| {
            RegistrationServiceClient::new(channel)
                .read_client(request)
                .await
        };
        self.0.call(request, send).await
    }

    /// Replaces a client's metadata: what is omitted is deleted or defaulted. An empty idempotency key is filled.
    pub async fn update_client(
        &self,
        mut request: UpdateClientRequest,
    ) -> Result<UpdateClientResponse, Error> {
        fill(&mut request.idempotency_key);
        let send = async |channel, request| {
            RegistrationServiceClient::new(channel)
                .update_client(request)
                .await
        };
        self.0.call(request, send).await
    }

    /// Deletes a client. When an answer was lost and the next attempt finds the client gone, it is done.
    pub async fn delete_client(
        &self,
        request: DeleteClientRequest,
    ) -> Result<DeleteClientResponse, Error> {
        let send = async |channel, request| {
            RegistrationServiceClient::new(channel)
                .delete_client(request)
                .await
        };
        deleted(self.0.attempts_at(request, send).await)
    }
}

/// `matricula.v1.ClientDirectoryService`.
#[derive(Debug, Clone, Copy)]
pub struct Directory<'a>(&'a Client);

impl Directory<'_> {
    /// One client by its id.
    pub async fn get_client(&self, request: GetClientRequest) -> Result<GetClientResponse, Error> {
        let send = async |channel, request| {
            ClientDirectoryServiceClient::new(channel)
                .get_client(request)
                .await
        };
        self.0.call(request, send).await
    }

    /// Clients by page, newest last.
    pub async fn list_clients(
        &self,
        request: ListClientsRequest,
    ) -> Result<ListClientsResponse, Error> {
        let send = async |channel, request| {
            let client = ClientDirectoryServiceClient::new(channel);
            client
                .max_decoding_message_size(LARGEST_PAGE)
                .list_clients(request)
                .await
        };
        self.0.call(request, send).await
    }
}

/// `matricula.v1.InitialAccessTokenService`.
#[derive(Debug, Clone, Copy)]
pub struct InitialAccessTokens<'a>(&'a Client);

impl InitialAccessTokens<'_> {
    /// Makes a token; it is shown in this answer alone. Not retried: after a lost answer there would be a second
    /// token, and the first would live on with nobody to hold it.
    pub async fn create_initial_access_token(
        &self,
        request: CreateInitialAccessTokenRequest,
    ) -> Result<CreateInitialAccessTokenResponse, Error> {
        let send = async |channel, request| {
            let mut client = InitialAccessTokenServiceClient::new(channel);
            client.create_initial_access_token(request).await
        };
        self.0.with_attempts(1).call(request, send).await
    }
}

/// In the default realm.
impl From<ClientMetadata> for RegisterClientRequest {
    fn from(metadata: ClientMetadata) -> Self {
        Self {
            metadata: Some(metadata),
            ..Self::default()
        }
    }
}

fn fill(idempotency_key: &mut String) {
    if idempotency_key.is_empty() {
        *idempotency_key = uuid::Uuid::new_v4().to_string();
    }
}

fn deleted(result: Result<DeleteClientResponse, Failure>) -> Result<DeleteClientResponse, Error> {
    match result {
        Err(failure) if failure.lost_answer && is_gone(&failure.error) => {
            Ok(DeleteClientResponse {})
        }
        result => result.map_err(|failure| failure.error),
    }
}

/// What an admin, an owner's certificate and the client's own token are told of a client that is no more.
fn is_gone(error: &Error) -> bool {
    let Error::Service { code, reason, .. } = error else {
        return false;
    };
    matches!(
        (code, reason),
        (Code::NotFound, ErrorReason::NotFound)
            | (Code::PermissionDenied, ErrorReason::PermissionDenied)
            | (Code::Unauthenticated, ErrorReason::InvalidToken)
    )
}

/// A bearer token, which no log shows.
#[derive(Clone)]
pub(crate) struct Token(pub(crate) String);

impl Token {
    fn put_on<Q>(&self, request: &mut Request<Q>) -> Result<(), Error> {
        let value = format!("Bearer {}", self.0).parse();
        let mut value: tonic::metadata::AsciiMetadataValue =
            value.map_err(|error| Error::setup("the bearer token", error))?;
        value.set_sensitive(true);
        request.metadata_mut().insert("authorization", value);
        Ok(())
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::tests::status;

    #[test]
    fn gone_counts_as_deleted_only_after_a_lost_answer() {
        let fails = |code, reason, lost_answer| {
            let error = status(code, reason, None).into();
            deleted(Err(Failure { error, lost_answer })).is_err()
        };
        assert!(!fails(Code::PermissionDenied, "PERMISSION_DENIED", true));
        assert!(!fails(Code::Unauthenticated, "INVALID_TOKEN", true));
        assert!(!fails(Code::NotFound, "NOT_FOUND", true));
        assert!(fails(Code::PermissionDenied, "PERMISSION_DENIED", false));
        assert!(fails(Code::Aborted, "VERSION_CONFLICT", true));
        assert!(fails(Code::Unauthenticated, "INVALID_CERTIFICATE", true));
    }

    #[test]
    fn a_given_idempotency_key_stays() {
        let mut given = "given".to_owned();
        fill(&mut given);
        assert_eq!(given, "given");
        let mut none = String::new();
        fill(&mut none);
        assert_eq!(none.len(), 36);
    }

    #[test]
    fn a_token_shows_in_no_log() {
        let builder = Client::builder("https://localhost").token("secret");
        assert!(!format!("{builder:?}").contains("secret"));
        let mut request = Request::new(());
        Token("secret".into()).put_on(&mut request).unwrap();
        assert_eq!(
            request.metadata().get("authorization").unwrap(),
            "Bearer secret"
        );
        assert!(!format!("{request:?}").contains("secret"));
    }

    /// Calls are made from spawned tasks.
    #[allow(dead_code)]
    fn futures_are_send(client: &Client) {
        fn send(_: impl Send) {}
        send(
            client
                .registration()
                .register_client(ClientMetadata::default()),
        );
        send(
            client
                .registration()
                .delete_client(DeleteClientRequest::default()),
        );
        send(
            client
                .directory()
                .list_clients(ListClientsRequest::default()),
        );
        send(Client::builder("https://localhost").connect());
    }
}
