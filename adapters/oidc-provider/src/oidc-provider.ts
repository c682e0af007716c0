// What is used here of oidc-provider 9, which comes without types.

/** A model's storage, as the provider wants it; of clients only `find` is called. */
export interface Adapter {
  find(id: string): Promise<unknown>;
  upsert(id: string, payload: object, expiresIn?: number): Promise<unknown>;
}

/** Storage by the model's name: a class, or a function. */
export type AdapterFactory = (new (name: string) => Adapter) | ((name: string) => Adapter);

/** The parts of a provider's configuration that clients are about. */
export interface Configuration {
  adapter?: AdapterFactory;
  clients?: readonly { readonly client_id: string }[];
  clientAuthMethods?: readonly string[];
  /** Algorithms by the name of their list. */
  enabledJWA?: Readonly<Record<string, readonly string[]>>;
  sectorIdentifierUriValidate?: (client: ProviderClient) => boolean;
  discovery?: Record<string, unknown>;
  features?: Record<string, { readonly enabled?: boolean } | undefined>;
}

/** A client as the provider makes it of its metadata. */
export interface ProviderClient {
  readonly clientId: string;
  readonly clientAuthMethod: string;
  compareClientSecret(presented: string): boolean | Promise<boolean>;
  /** What the provider has understood of its metadata. */
  metadata(): Readonly<Record<string, unknown>>;
}

/** A provider. */
export interface Provider {
  readonly Client: { readonly prototype: ProviderClient; find(id: string): Promise<ProviderClient | undefined> };
  on(event: "grant.success", listener: (ctx: { readonly oidc: { readonly client?: ProviderClient } }) => void): unknown;
}
