import type { MetadataViolation } from "../domain/metadata-json.js";
import type { Seconds } from "../domain/ports.js";
import type { MethodRow } from "./access.js";
import type { Caller } from "./caller.js";
import type { Realm } from "./registry.js";

/** One call, whatever door it came by. What happens around a call works on this. */
export interface Call {
  readonly method: MethodRow;
  readonly realm: Realm;
  readonly caller: Caller;
  readonly requestId: string;
  /** W3C traceparent, or "". */
  readonly trace: string;
  /** When the call arrived. */
  readonly now: Seconds;
  /** Fires when nobody waits for the answer any more; absent where the door does not know. */
  readonly gone?: (() => AbortSignal) | undefined;
  /** What the JSON door has noticed about the metadata's members before the use case looks at them. */
  readonly violations?: readonly MetadataViolation[];
}

/** The call with what the door has noticed; a copy only where there is something, as most calls have nothing wrong. */
export const withViolations = (call: Call, violations: readonly MetadataViolation[]): Call => (violations.length === 0 ? call : { ...call, violations });
