import { join } from "node:path";
import { defineConfig } from "vitest/config";

/** One change of one source file, by which "npm run requirements -- --mutate" takes a rule away. */
function mutation() {
  const { file, find, replace } = JSON.parse(process.env["MATRICULA_MUTATION"] ?? "{}") as Record<string, string | undefined>;
  return {
    name: "mutation",
    enforce: "pre" as const,
    transform(code: string, id: string) {
      if (file === undefined || id !== join(import.meta.dirname, file)) return undefined;
      return code.split(find!).join(replace);
    },
  };
}

export default defineConfig({
  plugins: [mutation()],
  test: {
    include: ["test/**/*.test.ts"],
    // Real servers, certificates and disks: generous, so that a busy machine is no failure.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Two cores: one for the tests, one for what they start.
    maxWorkers: 2,
  },
});
