import { certificateWayIn } from "./certificate.js";
import { initialAccessTokenWayIn } from "./initial-access-token.js";
import { localWayIn } from "./local.js";
import { openWayIn } from "./open.js";
import { registrationAccessTokenWayIn } from "./registration-access-token.js";
import type { WayIn } from "./way-in.js";

/**
 * The ways in, in order of precedence: what is shown on purpose is what is meant, so a header goes before a certificate. `others` are
 * those that need something from outside, and those of a build of one's own; they are asked before what carries no header.
 */
export function waysIn(others: readonly WayIn[] = []): readonly WayIn[] {
  return [initialAccessTokenWayIn, registrationAccessTokenWayIn, ...others, certificateWayIn, localWayIn, openWayIn];
}
