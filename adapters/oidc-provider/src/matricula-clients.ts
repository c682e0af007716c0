/**
 * Matricula as the client store of node-oidc-provider: its clients come from a client cache, and their secrets are compared there.
 *
 * @module
 */

import { randomBytes } from "node:crypto";
import type { ClientCache } from "matricula-client";
import { errors } from "oidc-provider";
import MemoryAdapter from "oidc-provider/lib/adapters/memory_adapter.js";
import { defaults } from "oidc-provider/lib/helpers/defaults.js";
import type { Adapter, AdapterFactory, Configuration, Provider, ProviderClient } from "./oidc-provider.js";
import { droppedPromise, usesSecretAsKey, withoutSecrets } from "./promises.js";

export type { Adapter, AdapterFactory, Configuration, Provider, ProviderClient } from "./oidc-provider.js";

export interface MatriculaClientsOptions {
  /** Of `createClientCache`, with a certificate that has ROLE_VERIFIER. */
  readonly cache: Pick<ClientCache, "registration" | "authenticate" | "reportUse">;
  /** Matricula's gateway for the realm, such as "https://matricula.example/register": where the provider's discovery sends who wants to register. */
  readonly registrationEndpoint: string;
  /** Told of clients that this provider cannot serve, and of secrets that could not be compared. */
  readonly onError?: ((error: unknown) => void) | undefined;
}

export interface MatriculaClients {
  /** The provider's configuration with Matricula's clients. Throws when it has another registration of its own. */
  configure<C extends Configuration>(configuration: C): C & Configuration;
  /** To be called once with the provider, before it takes requests. */
  attach(provider: Provider): void;
}

/** Connects a provider and a cache. */
export function matriculaClients({ cache, registrationEndpoint, onError = () => {} }: MatriculaClientsOptions): MatriculaClients {
  // The provider wants a text where a client has a secret, and makes keys of it. This one is nobody's, and different in each process.
  const standIn = randomBytes(48).toString("base64url");

  /** Clients of the provider's configuration. */
  const own = new Set<string>();

  /** An error of the call is no verdict: a client that is told invalid_client registers itself anew. */
  function unavailable(error: unknown): never {
    onError(error);
    throw Object.assign(new errors.TemporarilyUnavailable("the client cannot be looked up at this moment"), { status: 503, statusCode: 503 });
  }

  const lookUp = (id: string) => cache.registration(id).catch(unavailable);

  const clients: Adapter = {
    async find(id) {
      const metadata = await lookUp(id);
      if (metadata === undefined) return undefined;
      const secretUse = usesSecretAsKey(metadata);
      if (secretUse !== undefined) {
        onError(new Error(`client ${id} is not served: ${secretUse} needs its secret, which never comes here`));
        return undefined;
      }
      // Without client_secret_expires_at: of several secrets each has its own, which the cache looks at.
      return String(metadata["token_endpoint_auth_method"]).startsWith("client_secret_") ? { ...metadata, client_secret: standIn } : metadata;
    },
    async upsert() {
      throw new Error("clients are registered with Matricula");
    },
  };

  return {
    configure(configuration) {
      for (const name of ["registration", "registrationManagement"]) {
        if (configuration.features?.[name]?.enabled === true) throw new TypeError(`features.${name} must be off: Matricula registers the clients`);
      }
      const { adapter = MemoryAdapter as AdapterFactory, sectorIdentifierUriValidate: validate } = configuration;
      for (const { client_id } of configuration.clients ?? []) own.add(client_id);
      return {
        ...configuration,
        adapter: (name: string) => (name === "Client" ? clients : make(adapter, name)),
        discovery: { ...configuration.discovery, registration_endpoint: registrationEndpoint },
        // What needs a client's secret is offered only where the configuration says so itself, for clients of its own.
        clientAuthMethods: configuration.clientAuthMethods ?? defaults.clientAuthMethods.filter((method) => method !== "client_secret_jwt"),
        enabledJWA: { ...withoutSecrets(defaults.enabledJWA), ...configuration.enabledJWA },
        // Matricula has fetched the document when the client registered: the provider needs no host of a client's to be there.
        sectorIdentifierUriValidate: (client) => own.has(client.clientId) && (validate?.(client) ?? true),
      };
    },

    attach(provider) {
      const { Client } = provider;
      const find = Client.find;
      /** Each version of a client is another object of the provider's. */
      const verdicts = new WeakMap<ProviderClient, boolean>();
      Client.find = async (id) => {
        const client = await find.call(Client, id).catch((error: unknown) => {
          if (!(error instanceof errors.InvalidClientMetadata)) throw error;
          onError(new Error(`client ${id} is not served: ${error.error_description}`));
          return undefined;
        });
        if (client === undefined || own.has(id)) return client;
        const verdict = verdicts.get(client);
        if (verdict !== undefined) return verdict ? client : undefined;
        const metadata = await lookUp(id);
        // It has gone meanwhile.
        if (metadata === undefined) return undefined;
        const dropped = droppedPromise(metadata, client.metadata());
        verdicts.set(client, dropped === undefined);
        if (dropped === undefined) return client;
        onError(new Error(`client ${id} is not served: the provider's configuration does not know ${dropped}`));
        return undefined;
      };
      const { prototype } = Client;
      const compareOwn = prototype.compareClientSecret;
      prototype.compareClientSecret = async function (this: ProviderClient & { readonly clientSecret?: string }, presented) {
        // One of the provider's own configuration.
        if (this.clientSecret !== standIn) return compareOwn.call(this, presented);
        try {
          const verdict = await cache.authenticate(asItsMethod(this, presented));
          return verdict.outcome === "authenticated";
        } catch (error) {
          return unavailable(error);
        }
      };
      // What the provider has verified itself: keys, certificates, nothing.
      provider.on("grant.success", ({ oidc: { client } }) => {
        if (client !== undefined && !client.clientAuthMethod.startsWith("client_secret_")) cache.reportUse(client.clientId);
      });
    },
  };
}

/** The provider takes both ways of showing a secret for each other, and says here no more than the secret. */
function asItsMethod({ clientId, clientAuthMethod }: ProviderClient, secret: string) {
  if (clientAuthMethod === "client_secret_post") return { clientId, clientSecret: secret };
  const encode = (text: string) => encodeURIComponent(text).replaceAll("%20", "+");
  return { authorization: `Basic ${Buffer.from(`${encode(clientId)}:${encode(secret)}`).toString("base64")}` };
}

function make(adapter: AdapterFactory, name: string): Adapter {
  // A class has a prototype, and an arrow function none.
  return "prototype" in adapter && adapter.prototype !== undefined ? new (adapter as new (name: string) => Adapter)(name) : (adapter as (name: string) => Adapter)(name);
}
