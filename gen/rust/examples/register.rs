//! A service registers itself with its own certificate.

use matricula::Client;
use matricula::v1::ClientMetadata;

#[tokio::main]
async fn main() -> Result<(), matricula::Error> {
    let client = Client::builder("https://matricula.example:8443")
        .ca_file("/etc/orders/ca.pem")
        .identity_files("/etc/orders/tls.crt", "/etc/orders/tls.key")
        .connect()
        .await?;

    let metadata = ClientMetadata {
        client_name: Some("Orders".into()),
        grant_types: vec!["client_credentials".into()],
        token_endpoint_auth_method: Some("tls_client_auth".into()),
        tls_client_auth_san_uri: Some("spiffe://example.test/orders".into()),
        ..Default::default()
    };
    let registered = client.registration().register_client(metadata).await?;

    println!(
        "client_id {}",
        registered.client.unwrap_or_default().client_id()
    );
    Ok(())
}
