import type { Observer } from "../service/front.js";

/** An observer that has the connection rest on which a call was refused for its rate: what it goes on asking would be refused as well. */
export function resting(rest: (connection: object) => void, observer: Observer): Observer {
  return {
    finished(arrival, call, error) {
      observer.finished(arrival, call, error);
      const { connection } = arrival.evidence;
      if (connection !== undefined && error?.kind === "rate_limited") rest(connection);
    },
  };
}
