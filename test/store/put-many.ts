import { Secret } from "../../src/model/secret.ts";
import { encodeVersionId } from "../../src/model/version-id.ts";
import { createFileStore } from "../../src/store/file.ts";
import { storeClock, T0 } from "./store-clock.ts";

/** `node put-many.ts FOLDER NAME FIRST`: puts ten versions, as another process of the program would. */
const [folder = "", name = "", first = ""] = process.argv.slice(2);
const store = createFileStore({ folder, clock: storeClock() });
for (let tokenId = Number(first); tokenId < Number(first) + 10; tokenId += 1) {
  await store.put(name, {
    versionId: encodeVersionId({ tokenId, storedAt: T0, expiresAt: T0 }),
    value: new Secret(`value-of-${tokenId}`),
    gate: () => undefined,
  });
}
