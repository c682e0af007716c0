import { callerBy } from "../caller.js";
import type { WayIn } from "./way-in.js";

/** Whoever comes by the local listener: the operating system has let it in. */
export const localWayIn: WayIn = {
  name: "local",
  registers: true,
  manages: true,
  recognizes: ({ authorization, local }) => authorization === undefined && local === true,
  identify: (shown) => callerBy(localWayIn, shown, { kind: "local", id: "local", credentialId: "" }),
};
