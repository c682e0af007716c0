//! What a call can end with, unpacked from the status details.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use prost::Message;
use tonic::{Code, Status};

use crate::v1::{ErrorReason, RegistrationError};

type Source = Box<dyn StdError + Send + Sync>;

/// Why a call failed.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The metadata was refused: the RFC 7591 error code and every broken rule, each with field, rule, clause and description.
    Registration(RegistrationError),
    /// The service answered with another error, or the deadline passed
    /// (code [`Code::DeadlineExceeded`], whoever noticed first).
    Service {
        /// The gRPC status code.
        code: Code,
        /// The reason in the domain `matricula`; `Unspecified` when there was none or this version does not know it.
        reason: ErrorReason,
        /// A sentence for people.
        message: String,
        /// How long to wait before another attempt, where one helps.
        retry_after: Option<Duration>,
    },
    /// There was no answer: no connection, or it broke. The service may have done what was asked all the same.
    Transport(Source),
    /// The client could not be set up: a URL, a file, a certificate or a token that is not usable.
    Setup {
        /// What was looked at.
        what: String,
        /// What is wrong with it.
        source: Source,
    },
}

impl Error {
    /// The gRPC status code; [`Code::Unavailable`] without an answer, [`Code::FailedPrecondition`] for a failed setup.
    pub fn code(&self) -> Code {
        match self {
            Self::Registration(_) => Code::InvalidArgument,
            Self::Service { code, .. } => *code,
            Self::Transport(_) => Code::Unavailable,
            Self::Setup { .. } => Code::FailedPrecondition,
        }
    }

    /// How long the service asks to wait before another attempt.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Service { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    pub(crate) fn deadline_exceeded() -> Self {
        Self::Service {
            code: Code::DeadlineExceeded,
            reason: ErrorReason::DeadlineExceeded,
            message: "the deadline passed before an answer came".into(),
            retry_after: None,
        }
    }

    pub(crate) fn setup(what: impl Into<String>, source: impl Into<Source>) -> Self {
        Self::Setup {
            what: what.into(),
            source: source.into(),
        }
    }

    /// Whether the request may have reached the service although no word came back from it: a connection that was
    /// there, or a proxy in between, which answers without the service's details.
    pub(crate) fn is_lost_answer(&self) -> bool {
        match self {
            Self::Transport(source) => find::<tonic::ConnectError>(source.as_ref()).is_none(),
            Self::Service { code, reason, .. } => {
                *code == Code::Unavailable && *reason == ErrorReason::Unspecified
            }
            _ => false,
        }
    }
}

impl From<Status> for Error {
    fn from(status: Status) -> Self {
        if find::<tonic::TimeoutExpired>(&status).is_some() {
            return Self::deadline_exceeded();
        }
        if is_broken_connection(&status) {
            return Self::Transport(status.into());
        }
        // Details that do not decode are no details: the code and the message stand.
        let details = RpcStatus::decode(status.details()).unwrap_or_default();
        if let Some(error) = details.find::<RegistrationError>("matricula.v1.RegistrationError") {
            return Self::Registration(error);
        }
        let reason = details
            .find::<ErrorInfo>("google.rpc.ErrorInfo")
            .filter(|info| info.domain == "matricula")
            .and_then(|info| ErrorReason::from_str_name(&format!("ERROR_REASON_{}", info.reason)));
        let delay = details
            .find::<RetryInfo>("google.rpc.RetryInfo")
            .and_then(|info| info.retry_delay);
        Self::Service {
            code: status.code(),
            reason: reason.unwrap_or_default(),
            message: status.message().to_owned(),
            retry_after: delay.and_then(|delay| delay.try_into().ok()),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Registration(RegistrationError { error, violations }) => {
                write!(f, "{error}")?;
                for (index, violation) in violations.iter().enumerate() {
                    let lead = if index == 0 { ": " } else { "; " };
                    write!(f, "{lead}{}", violation.description)?;
                }
                Ok(())
            }
            Self::Service { code, message, .. } => write!(f, "{code:?}: {message}"),
            Self::Transport(_) => write!(f, "no answer from the service"),
            Self::Setup { what, .. } => write!(f, "not usable: {what}"),
        }
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            // The status that tonic wraps around the cause says nothing more, at length.
            Self::Transport(source) => match source.downcast_ref::<Status>() {
                Some(status) => status.source(),
                None => Some(source.as_ref()),
            },
            Self::Setup { source, .. } => Some(source.as_ref()),
            _ => None,
        }
    }
}

/// Whether the client's own side made this status because the connection failed. tonic says UNKNOWN or CANCELLED
/// for connections that break during a call, where gRPC means UNAVAILABLE. A stream that the peer reset is an
/// answer, except by REFUSED_STREAM: then nothing was done.
fn is_broken_connection(status: &Status) -> bool {
    if status.source().is_none() {
        return false;
    }
    match find::<h2::Error>(status) {
        Some(error) if error.is_reset() => error.reason() == Some(h2::Reason::REFUSED_STREAM),
        _ => matches!(
            status.code(),
            Code::Unavailable | Code::Unknown | Code::Cancelled
        ),
    }
}

/// The first of this type among an error and its causes.
fn find<'a, T: StdError + 'static>(error: &'a (dyn StdError + 'static)) -> Option<&'a T> {
    std::iter::successors(Some(error), |&error| error.source())
        .find_map(|error| error.downcast_ref())
}

// The three google.rpc messages that travel in grpc-status-details-bin, so far as they are used here: a dependency
// on all of google.rpc would be larger than this file.

#[derive(Clone, PartialEq, Message)]
struct RpcStatus {
    #[prost(message, repeated, tag = "3")]
    details: Vec<prost_types::Any>,
}

impl RpcStatus {
    fn find<T: Message + Default>(&self, name: &str) -> Option<T> {
        let any = self
            .details
            .iter()
            .find(|any| any.type_url.rsplit('/').next() == Some(name))?;
        T::decode(any.value.as_slice()).ok()
    }
}

#[derive(Clone, PartialEq, Message)]
struct ErrorInfo {
    #[prost(string, tag = "1")]
    reason: String,
    #[prost(string, tag = "2")]
    domain: String,
}

#[derive(Clone, PartialEq, Message)]
struct RetryInfo {
    #[prost(message, optional, tag = "1")]
    retry_delay: Option<prost_types::Duration>,
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::v1::Violation;

    fn any(name: &str, message: &impl Message) -> prost_types::Any {
        prost_types::Any {
            type_url: format!("type.googleapis.com/{name}"),
            value: message.encode_to_vec(),
        }
    }

    /// A status as the service sends it.
    pub(crate) fn status(code: Code, reason: &str, retry: Option<i64>) -> Status {
        let info = ErrorInfo {
            reason: reason.into(),
            domain: "matricula".into(),
        };
        let mut details = vec![any("google.rpc.ErrorInfo", &info)];
        details.extend(retry.map(|seconds| {
            let retry_delay = Some(prost_types::Duration { seconds, nanos: 0 });
            any("google.rpc.RetryInfo", &RetryInfo { retry_delay })
        }));
        let bytes = RpcStatus { details }.encode_to_vec();
        Status::with_details(code, "a sentence", bytes.into())
    }

    #[test]
    fn violations_are_unpacked() {
        let refusal = RegistrationError {
            error: "invalid_redirect_uri".into(),
            violations: vec![Violation {
                field: "redirect_uris[0]".into(),
                rule: "uri.fragment".into(),
                clause: "RFC 6749 section 3.1.2".into(),
                description: "no fragment".into(),
            }],
        };
        let bytes = RpcStatus {
            details: vec![any("matricula.v1.RegistrationError", &refusal)],
        }
        .encode_to_vec();
        let error = Error::from(Status::with_details(
            Code::InvalidArgument,
            "",
            bytes.into(),
        ));
        assert_eq!(error.to_string(), "invalid_redirect_uri: no fragment");
        assert!(matches!(error, Error::Registration(unpacked) if unpacked == refusal));
    }

    #[test]
    fn reason_and_delay_are_unpacked() {
        let error = Error::from(status(Code::Unavailable, "STORE_UNAVAILABLE", Some(3)));
        assert_eq!(error.retry_after(), Some(Duration::from_secs(3)));
        assert!(!error.is_lost_answer());
        assert!(matches!(
            error,
            Error::Service {
                code: Code::Unavailable,
                reason: ErrorReason::StoreUnavailable,
                ..
            }
        ));
    }

    #[test]
    fn a_status_without_details_keeps_its_code_and_message() {
        let error = Error::from(Status::with_details(Code::Aborted, "m", vec![0xff].into()));
        assert_eq!(error.to_string(), "Aborted: m");
    }

    #[test]
    fn a_broken_connection_is_unavailable_whatever_tonic_calls_it() {
        let broken = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
        let status = Status::from_error(Box::new(broken));
        assert_eq!(status.code(), Code::Unknown);
        let error = Error::from(status);
        assert_eq!(error.code(), Code::Unavailable);
        assert!(error.is_lost_answer());
    }

    #[test]
    fn an_unavailable_of_a_proxy_may_have_lost_the_answer() {
        assert!(Error::from(Status::unavailable("upstream")).is_lost_answer());
    }

    #[test]
    fn an_expired_timeout_is_a_deadline() {
        let status = Status::from_error(Box::new(tonic::TimeoutExpired(())));
        assert_eq!(Error::from(status).code(), Code::DeadlineExceeded);
    }
}
