/** Every bound of the RPC door. */
export interface DoorLimits {
  readonly bodyBytes: number;
  readonly callMs: number;
  readonly callsInFlight: number;
  readonly streams: number;
  readonly streamMessages: number;
  readonly heartbeatMs: number;
  readonly watches: number;
  readonly stalledMs: number;
  readonly recheckMs: number;
}

export const defaultDoorLimits: DoorLimits = Object.freeze({
  /** Of one message, also when inflated. A registration with every field and a JWK Set is below 20 KiB. */
  bodyBytes: 65_536,
  /** From arrival to answer, the body included; also what a caller gets that sets no deadline, or a longer one. */
  callMs: 10_000,
  /** Bodies being read and use cases running; the store's queue has a bound of its own. */
  callsInFlight: 4096,
  /** Health watches and reflection together. */
  streams: 256,
  /** Requests on one reflection stream: a client that loads everything sends a few dozen. */
  streamMessages: 512,
  /** Silence on a watch: below the server's idle timeout of 30 s, so that a connection with only a watch lives on. */
  heartbeatMs: 15_000,
  /** Streams of use cases: each holds a page of clients at most. */
  watches: 256,
  /** How long a reader of such a stream may take nothing of what is sent before it is let go. */
  stalledMs: 10_000,
  /** How often it is looked at whether the caller of such a stream still is who it was: what is revoked ends within two seconds. */
  recheckMs: 1_000,
});
