import { anonymousPrincipal, callerBy } from "../caller.js";
import type { WayIn } from "./way-in.js";

/** Anybody who shows nothing. Where it is on, it also lets in whom no other way does. */
export const openWayIn: WayIn = {
  name: "open",
  registers: true,
  manages: false,
  recognizes: ({ authorization }) => authorization === undefined,
  identify: (shown) => callerBy(openWayIn, shown, anonymousPrincipal),
};
