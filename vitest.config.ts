import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Real servers, certificates and disks: generous, so that a busy machine is no failure.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Two cores: one for the tests, one for what they start.
    maxWorkers: 2,
  },
});
