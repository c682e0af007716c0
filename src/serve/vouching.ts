import type { Observer } from "../service/front.js";
import { openWayIn } from "../service/ways-in/open.js";

/** An observer that vouches for the connection of every call that succeeded by a credential; of those that anybody can have, none counts. */
export function vouching(vouch: (connection: object) => void, observer: Observer): Observer {
  return {
    finished(arrival, call, error) {
      const { connection } = arrival.evidence;
      observer.finished(arrival, call, error);
      if (connection !== undefined && error === undefined && call !== undefined && call.caller.wayIn !== openWayIn && call.caller.registrationAccessToken === undefined) vouch(connection);
    },
  };
}
