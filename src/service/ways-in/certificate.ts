import { Role } from "../../../gen/ts/matricula/v1/options_pb.js";
import { callerBy, demandCertificateName, type AcceptedCertificate } from "../caller.js";
import type { Realm } from "../registry.js";
import type { WayIn } from "./way-in.js";

/** A client certificate that the realm's rows give roles. Whatever the way in is set to, the roles hold. */
export const certificateWayIn: WayIn = {
  name: "certificate",
  registers: true,
  manages: true,
  recognizes: ({ authorization, certificate }) => authorization === undefined && certificate.kind === "accepted",
  identify(shown, { realm }) {
    const certificate = shown.certificate as AcceptedCertificate;
    const principal = { kind: "certificate", id: demandCertificateName(realm, certificate), credentialId: certificate.fingerprint } as const;
    return { ...callerBy(certificateWayIn, shown, principal), roles: rolesOf(realm, certificate) };
  },
  opens: ({ roles }) => roles.has(Role.REGISTRAR) || roles.has(Role.ADMIN),
};

// The matcher answers a certificate with the same object each time, so its roles are put together once for a connection.
const rolesByGrants = new WeakMap<object, ReadonlySet<Role>>();

function rolesOf({ certificates }: Realm, certificate: AcceptedCertificate): ReadonlySet<Role> {
  const { grants } = certificates(certificate);
  let roles = rolesByGrants.get(grants);
  if (roles === undefined) rolesByGrants.set(grants, (roles = new Set(grants.flat())));
  return roles;
}
