// service/: the use cases, in one order: identify, decide, validate, build changes, commit, answer.
// It may import domain/ and generated messages; never Connect, HTTP, TLS or a driver.

import { getOption, type DescMethod } from "@bufbuild/protobuf";
import { ClientAdminService } from "../../gen/ts/matricula/v1/client_admin_service_pb.js";
import { ClientDirectoryService } from "../../gen/ts/matricula/v1/client_directory_service_pb.js";
import { InitialAccessTokenService } from "../../gen/ts/matricula/v1/initial_access_token_service_pb.js";
import { access as accessOption, Role } from "../../gen/ts/matricula/v1/options_pb.js";
import { PolicyService } from "../../gen/ts/matricula/v1/policy_service_pb.js";
import { RegistrationService } from "../../gen/ts/matricula/v1/registration_service_pb.js";
import { SoftwareBlockService } from "../../gen/ts/matricula/v1/software_block_service_pb.js";

/** One row of the permission table. */
export interface MethodRow {
  /** "matricula.v1.RegistrationService.RegisterClient", or a name of ours for what has no RPC. */
  readonly name: string;
  /** Any of them opens the method. */
  readonly roles: ReadonlySet<Role>;
  /** Opened by the realm's ways in. */
  readonly wayIn: boolean;
  /** Opened by the client's registration access token or its owner's certificate. */
  readonly ownClient: boolean;
  readonly audited: boolean;
  readonly idempotent: boolean;
  /** Opened to everybody. */
  readonly anybody: boolean;
}

/** Reads a method's row from its option. Throws when there is none: a method nobody has decided about does not start. */
export function methodRow(method: DescMethod): MethodRow {
  const access = getOption(method, accessOption);
  const row: MethodRow = {
    name: `${method.parent.typeName}.${method.name}`,
    roles: new Set(access.roles),
    wayIn: access.wayIn,
    ownClient: access.ownClient,
    audited: access.audited,
    idempotent: access.idempotent,
    anybody: access.anybody,
  };
  if (!row.anybody && !row.wayIn && !row.ownClient && row.roles.size === 0) {
    throw new TypeError(`${row.name} has no (matricula.v1.access) option: nobody could call it`);
  }
  return row;
}

const closed = { roles: new Set<Role>(), wayIn: false, ownClient: false, audited: false, idempotent: false, anybody: false };

/** Methods whose descriptors are not ours to annotate. */
export const foreignMethods: readonly MethodRow[] = [
  { ...closed, name: "grpc.health.v1.Health", anybody: true },
  { ...closed, name: "grpc.reflection", roles: new Set([Role.ADMIN, Role.DEVELOPER]) },
];

/** The permission table, by full name: every method of every service served. */
export const methods: ReadonlyMap<string, MethodRow> = new Map(
  [RegistrationService, ClientDirectoryService, ClientAdminService, InitialAccessTokenService, SoftwareBlockService, PolicyService]
    .flatMap((service) => service.methods)
    .map(methodRow)
    .concat(foreignMethods)
    .map((row) => [row.name, row]),
);

/** The row of a method of the given service. Throws for an unknown one. */
export function methodNamed(name: string): MethodRow {
  const row = methods.get(name);
  if (row === undefined) throw new TypeError(`${name} is not in the permission table`);
  return row;
}
