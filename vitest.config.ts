import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // No claim about speed: what stands still for so long stands for ever. A busy machine may take its time.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 60_000 } },
    // The processes that tests start compile the same files again and again otherwise: a third of their time.
    env: { NODE_COMPILE_CACHE: join(tmpdir(), "deploy-token-rotator-compiled") },
  },
});
