import { TokenBinding, type Realm } from "../../gen/ts/matricula/config/v1/configuration_pb.js";
import type { ConfiguredTokenBinding } from "./loaded-configuration.js";

const bindings = {
  [TokenBinding.UNSPECIFIED]: "nothing",
  [TokenBinding.CERTIFICATE]: "certificate",
  [TokenBinding.IDENTITY]: "identity",
} as const satisfies Record<TokenBinding, ConfiguredTokenBinding>;

/** What a registration access token is bound to. */
export function readTokenBinding({ registrationAccessTokenBinding }: Realm): ConfiguredTokenBinding {
  return bindings[registrationAccessTokenBinding];
}
