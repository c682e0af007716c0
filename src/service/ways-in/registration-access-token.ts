import { tokenKind } from "../../domain/credentials.js";
import { bearerToken } from "../authorization.js";
import { anonymousPrincipal, callerBy } from "../caller.js";
import type { WayIn } from "./way-in.js";

/** A registration access token (RFC 7592 section 1.2). It is proven against its client, and only then known to be somebody. */
export const registrationAccessTokenWayIn: WayIn = {
  name: "registration_access_token",
  challenge: "Bearer",
  registers: false,
  manages: true,
  recognizes: ({ authorization }) => {
    const token = bearerToken(authorization);
    return token !== undefined && tokenKind(token) === "registration_access_token";
  },
  identify: (shown) => ({ ...callerBy(registrationAccessTokenWayIn, shown, anonymousPrincipal), registrationAccessToken: bearerToken(shown.authorization)! }),
};
