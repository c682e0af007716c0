/**
 * Matricula as the client store of node-oidc-provider: its clients come from a client cache, and their secrets are compared there.
 *
 * @module
 */

import { randomBytes } from "node:crypto";
import type { ClientCache } from "matricula-client";
import { errors } from "oidc-provider";
import MemoryAdapter from "oidc-provider/lib/adapters/memory_adapter.js";
import type { Adapter, AdapterFactory, Configuration, Provider, ProviderClient } from "./oidc-provider.js";

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

  const clients: Adapter = {
    async find(id) {
      const metadata = await cache.registration(id);
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
      const { adapter = MemoryAdapter as AdapterFactory } = configuration;
      return {
        ...configuration,
        adapter: (name: string) => (name === "Client" ? clients : make(adapter, name)),
        discovery: { ...configuration.discovery, registration_endpoint: registrationEndpoint },
      };
    },

    attach(provider) {
      const { prototype } = provider.Client;
      const compareOwn = prototype.compareClientSecret;
      prototype.compareClientSecret = async function (this: ProviderClient & { readonly clientSecret?: string }, presented) {
        // One of the provider's own configuration.
        if (this.clientSecret !== standIn) return compareOwn.call(this, presented);
        try {
          const verdict = await cache.authenticate(asItsMethod(this, presented));
          return verdict.outcome === "authenticated";
        } catch (error) {
          onError(error);
          throw Object.assign(new errors.TemporarilyUnavailable("the client cannot be authenticated at this moment"), { status: 503, statusCode: 503 });
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

/** The member that makes the secret a key: HMAC, or encryption under it. */
function usesSecretAsKey(metadata: Readonly<Record<string, unknown>>): string | undefined {
  if (metadata["token_endpoint_auth_method"] === "client_secret_jwt") return "client_secret_jwt";
  return Object.keys(metadata).find((name) => name.endsWith("_alg") && /^(?:HS|A\d|dir$)/.test(String(metadata[name])));
}

function make(adapter: AdapterFactory, name: string): Adapter {
  // A class has a prototype, and an arrow function none.
  return "prototype" in adapter && adapter.prototype !== undefined ? new (adapter as new (name: string) => Adapter)(name) : (adapter as (name: string) => Adapter)(name);
}
