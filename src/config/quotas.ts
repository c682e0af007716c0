import type { Quotas } from "../../gen/ts/matricula/config/v1/configuration_pb.js";
import type { ConfiguredQuotas } from "./loaded-configuration.js";

/** How many clients a realm may have; where it says nothing, any number. */
export function readQuotas(quotas: Quotas | undefined): ConfiguredQuotas {
  return { clientsPerOwner: quotas?.clientsPerOwner ?? 0, clientsPerCredential: quotas?.clientsPerCredential ?? 0, openClients: quotas?.openClients ?? 0 };
}
