// oidc-provider 9 has no types of its own.

declare module "oidc-provider" {
  export const errors: {
    readonly TemporarilyUnavailable: new (description: string) => Error;
    readonly InvalidClientMetadata: new (description: string) => Error & { readonly error_description: string };
  };
}

declare module "oidc-provider/lib/adapters/memory_adapter.js" {
  const MemoryAdapter: unknown;
  export default MemoryAdapter;
}

declare module "oidc-provider/lib/helpers/defaults.js" {
  export const defaults: { readonly clientAuthMethods: readonly string[]; readonly enabledJWA: Readonly<Record<string, readonly string[]>> };
}
