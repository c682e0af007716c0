// The use cases by method: each door iterates this table and knows none of them by name.

import type { DescMethod, Message, MessageShape } from "@bufbuild/protobuf";
import { ClientAdminService } from "../../gen/ts/matricula/v1/client_admin_service_pb.js";
import { ClientDirectoryService } from "../../gen/ts/matricula/v1/client_directory_service_pb.js";
import { InitialAccessTokenService } from "../../gen/ts/matricula/v1/initial_access_token_service_pb.js";
import { PolicyService } from "../../gen/ts/matricula/v1/policy_service_pb.js";
import { RegistrationService } from "../../gen/ts/matricula/v1/registration_service_pb.js";
import { SoftwareBlockService } from "../../gen/ts/matricula/v1/software_block_service_pb.js";
import { methodNamed, type MethodRow } from "./access.js";
import { authenticateClient } from "./authentication/authenticate-client.js";
import type { Call } from "./call.js";
import { resumeClient, suspendClient } from "./client-state.js";
import { createInitialAccessToken } from "./create-initial-access-token.js";
import { deleteClient } from "./delete-client.js";
import { batchGetClients } from "./directory/batch-get-clients.js";
import { countClients } from "./directory/count-clients.js";
import { getClient } from "./directory/get-client.js";
import { listClients } from "./directory/list-clients.js";
import { reportClientUse } from "./directory/report-client-use.js";
import { modifyClient } from "./modify-client.js";
import { explainRegistration } from "./explain-registration.js";
import { deletePolicy, getPolicy, listPolicies, putPolicy, reloadConfiguration } from "./policies.js";
import { readClient } from "./read-client.js";
import { getInitialAccessToken, listInitialAccessTokens } from "./read-initial-access-tokens.js";
import { registerClient } from "./register-client.js";
import type { Registry } from "./registry.js";
import { removeClient } from "./remove-client.js";
import { revokeInitialAccessToken } from "./revoke-initial-access-token.js";
import { rotateClientSecret } from "./rotate-client-secret.js";
import { rotateRegistrationAccessToken } from "./rotate-registration-access-token.js";
import { blockSoftware, listSoftwareBlocks, unblockSoftware } from "./software-statements/block-software.js";
import { resumeClients, suspendClients } from "./suspend-clients.js";
import { testPolicy } from "./test-policy.js";
import { updateClient } from "./update-client.js";

/** A request message of this service: every one names its realm. */
export type RequestMessage = Message & { readonly realm: string };

/** One method with its use case. */
export interface UseCase {
  readonly method: DescMethod;
  readonly row: MethodRow;
  readonly run: (registry: Registry, call: Call, request: RequestMessage) => Promise<Message> | Message;
}

function useCase<M extends DescMethod>(
  method: M,
  run: (registry: Registry, call: Call, request: MessageShape<M["input"]>) => Promise<MessageShape<M["output"]>> | MessageShape<M["output"]>,
): UseCase {
  return { method, row: methodNamed(`${method.parent.typeName}.${method.name}`), run: run as unknown as UseCase["run"] };
}

/** Every use case that has an RPC. */
export const useCases: readonly UseCase[] = [
  useCase(RegistrationService.method.registerClient, registerClient),
  useCase(RegistrationService.method.readClient, readClient),
  useCase(RegistrationService.method.updateClient, updateClient),
  useCase(RegistrationService.method.deleteClient, deleteClient),
  useCase(ClientDirectoryService.method.getClient, getClient),
  useCase(ClientDirectoryService.method.batchGetClients, batchGetClients),
  useCase(ClientDirectoryService.method.listClients, listClients),
  useCase(ClientDirectoryService.method.countClients, countClients),
  useCase(ClientDirectoryService.method.reportClientUse, reportClientUse),
  useCase(ClientAdminService.method.modifyClient, modifyClient),
  useCase(ClientAdminService.method.suspendClient, suspendClient),
  useCase(ClientAdminService.method.suspendClients, suspendClients),
  useCase(ClientAdminService.method.resumeClient, resumeClient),
  useCase(ClientAdminService.method.resumeClients, resumeClients),
  useCase(ClientAdminService.method.removeClient, removeClient),
  useCase(ClientAdminService.method.rotateClientSecret, rotateClientSecret),
  useCase(ClientAdminService.method.rotateRegistrationAccessToken, rotateRegistrationAccessToken),
  useCase(ClientDirectoryService.method.authenticateClient, authenticateClient),
  useCase(InitialAccessTokenService.method.createInitialAccessToken, createInitialAccessToken),
  useCase(InitialAccessTokenService.method.getInitialAccessToken, getInitialAccessToken),
  useCase(InitialAccessTokenService.method.listInitialAccessTokens, listInitialAccessTokens),
  useCase(InitialAccessTokenService.method.revokeInitialAccessToken, revokeInitialAccessToken),
  useCase(SoftwareBlockService.method.blockSoftware, blockSoftware),
  useCase(SoftwareBlockService.method.unblockSoftware, unblockSoftware),
  useCase(SoftwareBlockService.method.listSoftwareBlocks, listSoftwareBlocks),
  useCase(PolicyService.method.listPolicies, listPolicies),
  useCase(PolicyService.method.getPolicy, getPolicy),
  useCase(PolicyService.method.explainRegistration, explainRegistration),
  useCase(PolicyService.method.testPolicy, testPolicy),
  useCase(PolicyService.method.putPolicy, putPolicy),
  useCase(PolicyService.method.deletePolicy, deletePolicy),
  useCase(PolicyService.method.reloadConfiguration, reloadConfiguration),
];
