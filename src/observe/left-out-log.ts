import type { Call } from "../service/call.js";
import type { Logger } from "./logger.js";

/** Logs which stored record is damaged: its client was left out of an answer, and an operator has to see to it. Its id alone: nothing else of it is sure. */
export function leftOutLog(logger: Pick<Logger, "warn">): (call: Call, clientId: string) => void {
  return ({ realm, requestId, method }, clientId) => logger.warn({ realm: realm.name, method: method.name, request_id: requestId, client_id: clientId }, "a stored record is damaged and was left out");
}
