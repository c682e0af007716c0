//! Attempts inside one deadline.

use std::time::Duration;

use tokio::time::{Instant, sleep, timeout_at};
use tonic::Code;

use crate::Error;

const FIRST_WAIT: Duration = Duration::from_millis(100);
const LONGEST_WAIT: Duration = Duration::from_secs(2);

/// How it ended, and whether an attempt before the last one lost its answer.
pub(crate) struct Failure {
    pub(crate) error: Error,
    pub(crate) lost_answer: bool,
}

/// Runs `attempt` until it succeeds, fails otherwise than by UNAVAILABLE, or there are no attempts or no time left.
pub(crate) async fn retrying<T, F>(
    deadline: Instant,
    attempts: u32,
    mut attempt: impl FnMut() -> F,
) -> Result<T, Failure>
where
    F: Future<Output = Result<T, Error>>,
{
    let mut lost_answer = false;
    let mut made = 0;
    loop {
        let error = match timeout_at(deadline, attempt()).await {
            Ok(Ok(answer)) => return Ok(answer),
            Ok(Err(error)) => error,
            Err(_) => Error::deadline_exceeded(),
        };
        made += 1;
        let wait = backoff(made).max(error.retry_after().unwrap_or_default());
        // The caller learns more from this error now than from a deadline that passes while nothing is tried.
        let in_time = deadline.saturating_duration_since(Instant::now()) > wait;
        if error.code() != Code::Unavailable || made >= attempts || !in_time {
            return Err(Failure { error, lost_answer });
        }
        lost_answer |= error.is_lost_answer();
        sleep(wait).await;
    }
}

/// Twice as long each time; the upper half is random, so that clients that failed together do not come back together.
fn backoff(made: u32) -> Duration {
    let longest = FIRST_WAIT
        .saturating_mul(1 << (made - 1).min(16))
        .min(LONGEST_WAIT);
    longest.mul_f64(0.5 + fastrand::f64() / 2.0)
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;
    use crate::error::tests::status;

    const DEADLINE: Duration = Duration::from_secs(10);

    fn unavailable(retry: Option<i64>) -> Error {
        status(Code::Unavailable, "STORE_UNAVAILABLE", retry).into()
    }

    fn broken() -> Error {
        Error::Transport(std::io::Error::from(std::io::ErrorKind::ConnectionReset).into())
    }

    #[tokio::test(start_paused = true)]
    async fn stops_at_the_last_attempt() {
        let made = Cell::new(0);
        let start = Instant::now();
        let result: Result<(), _> = retrying(start + DEADLINE, 4, async || {
            made.set(made.get() + 1);
            Err(broken())
        })
        .await;
        let failure = result.err().unwrap();
        assert_eq!((made.get(), failure.error.code()), (4, Code::Unavailable));
        assert!(failure.lost_answer);
        // 100, 200 and 400 ms at the most, half of it at the least.
        let waited = start.elapsed().as_millis();
        assert!((350..=710).contains(&waited), "{waited}");
    }

    #[tokio::test(start_paused = true)]
    async fn only_unavailable_is_tried_again() {
        let made = Cell::new(0);
        let result: Result<(), _> = retrying(Instant::now() + DEADLINE, 4, async || {
            made.set(made.get() + 1);
            Err(status(Code::ResourceExhausted, "RATE_LIMITED", Some(1)).into())
        })
        .await;
        assert!(result.is_err());
        assert_eq!(made.get(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn waits_as_long_as_the_service_asks() {
        let made = Cell::new(0);
        let start = Instant::now();
        let result = retrying(start + DEADLINE, 4, async || {
            made.set(made.get() + 1);
            if made.get() == 1 {
                Err(unavailable(Some(3)))
            } else {
                Ok(())
            }
        })
        .await;
        assert!(result.is_ok());
        assert!(start.elapsed() >= Duration::from_secs(3));
    }

    #[tokio::test(start_paused = true)]
    async fn does_not_wait_past_the_deadline() {
        let start = Instant::now();
        let result: Result<(), _> =
            retrying(start + DEADLINE, 4, async || Err(unavailable(Some(60)))).await;
        assert_eq!(result.err().unwrap().error.code(), Code::Unavailable);
        assert_eq!(start.elapsed(), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn the_deadline_ends_an_attempt() {
        let start = Instant::now();
        let result: Result<(), _> = retrying(start + DEADLINE, 4, std::future::pending).await;
        let error = result.err().unwrap().error;
        assert_eq!(error.code(), Code::DeadlineExceeded);
        assert_eq!(start.elapsed().as_secs(), 10);
    }
}
