//! What the documents show, compiled. Run it with the environment of the scenario.

use std::time::Duration;

use matricula::tonic::Code;
use matricula::v1::registration_service_client::RegistrationServiceClient;
use matricula::v1::{ErrorReason, ReadClientRequest, RegisterClientRequest, UpdateClientRequest};
use matricula::{Client, Error};

/// Prints why a registration was refused.
async fn errors(client: &Client, request: RegisterClientRequest) {
    match client.registration().register_client(request).await {
        Ok(registered) => println!("registered {:?}", registered.client),
        Err(Error::Registration(refusal)) => {
            println!("{}", refusal.error); // "invalid_redirect_uri"
            for violation in &refusal.violations {
                // redirect_uris[0] uri.fragment RFC 6749 section 3.1.2 ...
                println!(
                    "{} {} {} {}",
                    violation.field, violation.rule, violation.clause, violation.description
                );
            }
        }
        Err(Error::Service {
            reason: ErrorReason::PermissionDenied,
            ..
        }) => {
            println!("this certificate may not register here");
        }
        Err(error) if error.code() == Code::DeadlineExceeded => println!("too slow"),
        Err(error) => println!("{error}: retry after {:?}", error.retry_after()),
    }
}

/// Replaces the metadata as the client itself, quickly or not at all, and keeps the key to try again after a restart.
async fn settings(
    client: &Client,
    registration_access_token: &str,
    mut request: UpdateClientRequest,
    kept_key: &str,
) -> Result<(), Error> {
    let quick = client
        .with_token(registration_access_token)
        .with_timeout(Duration::from_secs(2));
    request.idempotency_key = kept_key.into();
    quick.registration().update_client(request).await?;
    Ok(())
}

/// The generated client as it is, and the same with what this crate adds.
async fn generated(
    client: &Client,
    request: ReadClientRequest,
) -> Result<(), Box<dyn std::error::Error>> {
    let mut plain = RegistrationServiceClient::new(client.channel());
    plain.read_client(request.clone()).await?;

    let send = async |channel, request| {
        RegistrationServiceClient::new(channel)
            .read_client(request)
            .await
    };
    client.call(request, send).await?;
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let variable = |name: &str| std::env::var(format!("MATRICULA_{name}"));
    let client = Client::builder(variable("URL")?)
        .ca_file(variable("CA")?)
        .identity_files(variable("ORDERS_CERT")?, variable("ORDERS_KEY")?)
        .connect()
        .await?;
    let rejected = matricula::v1::ClientMetadata {
        redirect_uris: vec!["https://client.example/cb#fragment".into()],
        ..Default::default()
    };
    errors(&client, rejected.into()).await;

    let metadata = matricula::v1::ClientMetadata {
        grant_types: vec!["client_credentials".into()],
        token_endpoint_auth_method: Some("tls_client_auth".into()),
        tls_client_auth_san_uri: Some("spiffe://example.test/orders".into()),
        ..Default::default()
    };
    let registered = client
        .registration()
        .register_client(metadata.clone())
        .await?;
    let client_id = registered.client.unwrap_or_default().client_id().to_owned();
    let read = ReadClientRequest {
        client_id: client_id.clone(),
        ..Default::default()
    };
    generated(&client, read).await?;
    let credentials = registered.credentials.unwrap_or_default();
    let update = UpdateClientRequest {
        client_id,
        metadata: Some(metadata),
        ..Default::default()
    };
    let key = "0b9c1c0e-8a9b-4d3e-9d0e-6f1f0a2b3c4d";
    settings(
        &client,
        credentials.registration_access_token(),
        update,
        key,
    )
    .await?;
    Ok(())
}
