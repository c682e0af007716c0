// oidc-provider 9 has no types of its own.

declare module "oidc-provider" {
  export const errors: { readonly TemporarilyUnavailable: new (description: string) => Error };
}

declare module "oidc-provider/lib/adapters/memory_adapter.js" {
  const MemoryAdapter: unknown;
  export default MemoryAdapter;
}
