// Package matricula is a client of Matricula, a registry of OAuth 2.0 clients (RFC 7591, RFC 7592), over gRPC with mutual TLS.
//
// [Dial] gives a [Client], whose methods return the generated interfaces of package
// matricula.dev/go/matricula/v1 (imported as matriculav1). What the generated code leaves to its user is done around each call:
//
//   - a deadline of [DefaultTimeout] when the context has none;
//   - up to four attempts when the service is UNAVAILABLE and repeating is safe, with an idempotency key where the request takes one;
//   - errors with their details unpacked, for [errors.As]: [ServiceError] and [RegistrationError];
//   - certificate files that are read again when they change.
package matricula

// Version of this module.
const Version = "0.1.0"
