import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    testTimeout: 20_000,
    // The processes that tests start compile the same files again and again otherwise: a third of their time.
    env: { NODE_COMPILE_CACHE: join(tmpdir(), "deploy-token-rotator-compiled") },
  },
});
