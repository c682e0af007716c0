#![doc = include_str!("../README.md")]

#[cfg(any(feature = "tls-ring", feature = "tls-aws-lc"))]
mod client;
#[cfg(any(feature = "tls-ring", feature = "tls-aws-lc"))]
mod connection;
#[cfg_attr(
    not(any(feature = "tls-ring", feature = "tls-aws-lc")),
    allow(dead_code, reason = "the client uses it")
)]
mod error;
#[cfg(any(feature = "tls-ring", feature = "tls-aws-lc"))]
mod retry;

#[cfg(any(feature = "tls-ring", feature = "tls-aws-lc"))]
pub use client::{Client, Directory, InitialAccessTokens, Registration};
#[cfg(any(feature = "tls-ring", feature = "tls-aws-lc"))]
pub use connection::Builder;
pub use error::Error;

/// The tonic and prost that the generated code was compiled against, for those who use it directly.
pub use {prost, prost_types, tonic};

/// Everything generated from `matricula.v1`: messages, enums and a tonic client for each service.
pub mod v1 {
    #![allow(clippy::all, missing_docs, rustdoc::all)]
    include!("gen/matricula/v1/matricula.v1.rs");
}

/// The server's configuration file, as messages.
pub mod config {
    /// Everything generated from `matricula.config.v1`.
    pub mod v1 {
        #![allow(clippy::all, missing_docs, rustdoc::all)]
        include!("gen/matricula/config/v1/matricula.config.v1.rs");
    }
}
