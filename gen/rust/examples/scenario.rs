//! Performs test/stubs/scenario.json against the server of the environment: one line a step, `ok NAME` or `FAIL NAME: why`.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use matricula::tonic::Code;
use matricula::v1::{
    ClientMetadata, DeleteClientRequest, ErrorReason, ListClientsRequest, ReadClientRequest,
    RegisterClientRequest, UpdateClientRequest,
};
use matricula::{Client, Error};
use serde_json::Value;

type Failure = Box<dyn std::error::Error>;
type Outcome = Result<(), Failure>;

macro_rules! check {
    ($condition:expr, $($why:tt)+) => {
        if !$condition {
            return Err(format!($($why)+).into());
        }
    };
}

/// What steps hand on to later ones.
struct Run {
    scenario: Value,
    orders: Client,
    client_id: String,
    version: u32,
}

#[tokio::main]
async fn main() -> Outcome {
    let scenario: Value = serde_json::from_slice(&fs::read(variable("SCENARIO")?)?)?;
    let names: Vec<String> = scenario["steps"]
        .as_array()
        .ok_or("no steps")?
        .iter()
        .map(|step| text(&step["name"]))
        .collect();
    let orders = connect("URL", "ORDERS").await?;
    let mut run = Run {
        scenario,
        orders,
        client_id: String::new(),
        version: 0,
    };
    for name in names {
        let outcome = match name.as_str() {
            "register" => run.register().await,
            "rejected" => run.rejected().await,
            "read" => run.read().await,
            "update" => run.update().await,
            "list" => run.list().await,
            "deadline" => run.deadline().await,
            "wrong certificate" => run.wrong_certificate().await,
            "another service" => run.another_service().await,
            "lost answer" => run.lost_answer().await,
            "reload" => run.reload().await,
            "delete" => run.delete().await,
            _ => Err("this runner does not know the step".into()),
        };
        match outcome {
            Ok(()) => println!("ok {name}"),
            Err(why) => println!("FAIL {name}: {}", with_causes(why.as_ref())),
        }
    }
    Ok(())
}

impl Run {
    async fn register(&mut self) -> Outcome {
        let asked = self.metadata("metadata");
        let answer = self
            .orders
            .registration()
            .register_client(self.request(asked.clone()))
            .await?;
        let credentials = answer.credentials.unwrap_or_default();
        check!(credentials.client_secret.is_none(), "there is a secret");
        let client = answer.client.ok_or("no client")?;
        self.client_id = client.client_id().to_owned();
        self.version = client.version;
        check!(!self.client_id.is_empty(), "no client id");
        let got = client.metadata.ok_or("no metadata")?;
        check!(
            got.response_types.is_empty(),
            "response types {:?}",
            got.response_types
        );
        check!(is_same(&asked, got.clone()), "registered {got:?}");
        Ok(())
    }

    async fn rejected(&mut self) -> Outcome {
        let request = self.request(self.metadata("rejected"));
        let refusal = match self.orders.registration().register_client(request).await {
            Err(Error::Registration(refusal)) => refusal,
            other => return Err(format!("{other:?}").into()),
        };
        check!(
            refusal.error == "invalid_redirect_uri",
            "error {}",
            refusal.error
        );
        let mut got: Vec<(String, String)> = Vec::new();
        for violation in refusal.violations {
            let told = !violation.clause.is_empty() && !violation.description.is_empty();
            check!(told, "{violation:?}");
            got.push((violation.field, violation.rule));
        }
        let wanted = self.scenario["violations"]
            .as_array()
            .ok_or("no violations")?;
        let mut wanted: Vec<_> = wanted
            .iter()
            .map(|row| (text(&row["field"]), text(&row["rule"])))
            .collect();
        got.sort();
        wanted.sort();
        check!(got == wanted, "violations {got:?}");
        Ok(())
    }

    async fn read(&mut self) -> Outcome {
        let answer = self
            .orders
            .registration()
            .read_client(self.read_request())
            .await?;
        let client = answer.client.ok_or("no client")?;
        check!(
            client.client_id() == self.client_id,
            "client {}",
            client.client_id()
        );
        let got = client.metadata.ok_or("no metadata")?;
        check!(
            is_same(&self.metadata("metadata"), got.clone()),
            "read {got:?}"
        );
        Ok(())
    }

    async fn update(&mut self) -> Outcome {
        let answer = self
            .orders
            .registration()
            .update_client(self.update_request())
            .await?;
        let client = answer.client.ok_or("no client")?;
        check!(
            client.version == self.version + 1,
            "version {}",
            client.version
        );
        self.version = client.version;
        let metadata = client.metadata.ok_or("no metadata")?;
        check!(metadata.scope.is_none(), "scope {:?}", metadata.scope);
        check!(
            metadata.client_name_localized.is_empty(),
            "{:?}",
            metadata.client_name_localized
        );
        let wanted = self.metadata("updated").client_name;
        check!(
            metadata.client_name == wanted,
            "name {:?}",
            metadata.client_name
        );
        Ok(())
    }

    async fn list(&mut self) -> Outcome {
        let clients = self.everything().await?;
        let times = clients
            .iter()
            .filter(|client| client.client_id() == self.client_id)
            .count();
        check!(times == 1, "listed {times} times");
        Ok(())
    }

    async fn deadline(&mut self) -> Outcome {
        let hasty = self.orders.with_timeout(Duration::from_micros(1));
        let request = self.read_request();
        demand(hasty.registration().read_client(request).await, |error| {
            error.code() == Code::DeadlineExceeded
        })
    }

    async fn wrong_certificate(&mut self) -> Outcome {
        let wrong = connect("URL", "WRONG").await?;
        let request = self.read_request();
        demand(wrong.registration().read_client(request).await, |error| {
            error.code() == Code::Unauthenticated
        })
    }

    async fn another_service(&mut self) -> Outcome {
        let billing = connect("URL", "BILLING").await?;
        let registration = billing.registration();
        demand(
            registration.read_client(self.read_request()).await,
            is_denied,
        )?;
        demand(
            registration.update_client(self.update_request()).await,
            is_denied,
        )?;
        demand(
            registration.delete_client(self.delete_request()).await,
            is_denied,
        )
    }

    async fn lost_answer(&mut self) -> Outcome {
        // A name of its own, since all languages use one server; and a long one, because the proxy takes what is
        // short for a part of the handshake, which is short here.
        let name = format!("{:.<450}", format!("Orders {}", uuid::Uuid::new_v4()));
        let mut metadata = self.metadata("metadata");
        metadata.client_name = Some(name.clone());
        let orders = connect("CUT_URL", "ORDERS").await?;
        let start = Instant::now();
        let answer = orders
            .registration()
            .register_client(self.request(metadata))
            .await?;
        // No second attempt is made sooner, so a faster answer was not lost and this step would have shown nothing.
        check!(
            start.elapsed() >= Duration::from_millis(50),
            "no answer was lost"
        );
        let client = answer.client.ok_or("no client")?;
        let clients = self.everything().await?;
        let named = clients.iter().filter(|client| {
            client
                .metadata
                .as_ref()
                .is_some_and(|metadata| metadata.client_name() == name)
        });
        let ids: Vec<_> = named.map(|client| client.client_id().to_owned()).collect();
        check!(ids == [client.client_id()], "clients {ids:?}");
        Ok(())
    }

    async fn reload(&mut self) -> Outcome {
        let folder = Folder::new()?;
        folder.put("ORDERS")?;
        let client = Client::builder(variable("URL")?)
            .ca_file(variable("CA")?)
            .identity_files(folder.path("CERT"), folder.path("KEY"))
            .connect()
            .await?;
        let registration = client.registration();
        registration.read_client(self.read_request()).await?;
        folder.put("BILLING")?;
        demand(
            registration.read_client(self.read_request()).await,
            is_denied,
        )?;
        // That it is the other service, and not merely somebody else, shows in what it registers.
        let request = RegisterClientRequest::from(self.metadata("metadata"));
        let mut request = RegisterClientRequest {
            realm: self.realm(),
            ..request
        };
        if let Some(metadata) = &mut request.metadata {
            metadata.tls_client_auth_san_uri = Some("spiffe://example.test/billing".into());
        }
        let owner = registration
            .register_client(request)
            .await?
            .client
            .and_then(|c| c.owner);
        let owner = owner.unwrap_or_default().id;
        check!(owner == "spiffe://example.test/billing", "owner {owner}");
        Ok(())
    }

    async fn delete(&mut self) -> Outcome {
        let registration = self.orders.registration();
        registration.delete_client(self.delete_request()).await?;
        demand(
            registration.read_client(self.read_request()).await,
            is_denied,
        )
    }

    /// All clients, as the reader sees them, one to a page.
    async fn everything(&self) -> Result<Vec<matricula::v1::Client>, Failure> {
        let reader = connect("URL", "READER").await?;
        let mut clients = Vec::new();
        let mut request = ListClientsRequest {
            realm: self.realm(),
            page_size: 1,
            ..Default::default()
        };
        loop {
            let page = reader.directory().list_clients(request.clone()).await?;
            check!(page.clients.len() <= 1, "a page of {}", page.clients.len());
            clients.extend(page.clients);
            if page.next_page_token.is_empty() {
                return Ok(clients);
            }
            request.page_token = page.next_page_token;
        }
    }

    fn realm(&self) -> String {
        text(&self.scenario["realm"])
    }

    fn request(&self, metadata: ClientMetadata) -> RegisterClientRequest {
        RegisterClientRequest {
            realm: self.realm(),
            ..metadata.into()
        }
    }

    fn read_request(&self) -> ReadClientRequest {
        ReadClientRequest {
            realm: self.realm(),
            client_id: self.client_id.clone(),
        }
    }

    fn update_request(&self) -> UpdateClientRequest {
        UpdateClientRequest {
            realm: self.realm(),
            client_id: self.client_id.clone(),
            metadata: Some(self.metadata("updated")),
            ..Default::default()
        }
    }

    fn delete_request(&self) -> DeleteClientRequest {
        let (realm, client_id) = (self.realm(), self.client_id.clone());
        DeleteClientRequest {
            realm,
            client_id,
            ..Default::default()
        }
    }

    /// The members that the scenario uses; another one is a mistake here, not something to leave out.
    fn metadata(&self, part: &str) -> ClientMetadata {
        let mut metadata = ClientMetadata::default();
        for (name, value) in self.scenario[part].as_object().into_iter().flatten() {
            match name.as_str() {
                "client_name" => metadata.client_name = Some(text(value)),
                "grant_types" => metadata.grant_types = texts(value),
                "redirect_uris" => metadata.redirect_uris = texts(value),
                "scope" => metadata.scope = Some(text(value)),
                "token_endpoint_auth_method" => {
                    metadata.token_endpoint_auth_method = Some(text(value));
                }
                "tls_client_auth_san_uri" => metadata.tls_client_auth_san_uri = Some(text(value)),
                "client_name_localized" => {
                    for (tag, name) in value.as_object().into_iter().flatten() {
                        metadata
                            .client_name_localized
                            .insert(tag.clone(), text(name));
                    }
                }
                _ => panic!("the runner does not know the member {name}"),
            }
        }
        metadata
    }
}

/// A folder of the runner's own, gone with it.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Result<Self, Failure> {
        let path = env::temp_dir().join(format!("matricula-scenario-{}", uuid::Uuid::new_v4()));
        fs::create_dir(&path)?;
        Ok(Self(path))
    }

    fn path(&self, part: &str) -> PathBuf {
        self.0.join(part)
    }

    fn put(&self, identity: &str) -> Outcome {
        for part in ["CERT", "KEY"] {
            let from = variable(&format!("{identity}_{part}"))?;
            fs::copy(Path::new(&from), self.path(part))?;
        }
        Ok(())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

async fn connect(url: &str, identity: &str) -> Result<Client, Failure> {
    let (certificate, key) = (format!("{identity}_CERT"), format!("{identity}_KEY"));
    let builder = Client::builder(variable(url)?)
        .ca_file(variable("CA")?)
        .identity_files(variable(&certificate)?, variable(&key)?);
    Ok(builder.connect().await?)
}

fn demand<T: std::fmt::Debug>(
    result: Result<T, Error>,
    is_right: impl Fn(&Error) -> bool,
) -> Outcome {
    match result {
        Err(error) if is_right(&error) => Ok(()),
        other => Err(format!("{other:?}").into()),
    }
}

/// Whether what was asked came back. The one default that the server writes into it is not a difference.
fn is_same(asked: &ClientMetadata, mut got: ClientMetadata) -> bool {
    if got.application_type() == "web" {
        got.application_type.clone_from(&asked.application_type);
    }
    got == *asked
}

fn is_denied(error: &Error) -> bool {
    let Error::Service { code, reason, .. } = error else {
        return false;
    };
    (*code, *reason) == (Code::PermissionDenied, ErrorReason::PermissionDenied)
}

fn variable(name: &str) -> Result<String, Failure> {
    let name = format!("MATRICULA_{name}");
    env::var(&name).map_err(|error| format!("{name}: {error}").into())
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn texts(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().map(text).collect()
}

fn with_causes(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |&error| error.source());
    causes
        .map(|error| error.to_string())
        .collect::<Vec<_>>()
        .join(": ")
}
