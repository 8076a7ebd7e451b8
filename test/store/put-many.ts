import { Secret } from "../../src/model/secret.ts";
import { encodeVersionId } from "../../src/model/version-id.ts";
import { createFileStore } from "../../src/store/file.ts";
import { storeClock, T0 } from "./store-clock.ts";

/** `node put-many.ts FOLDER NAME FIRST [COUNT]`: puts ten versions or so many, as another process of the program would. */
const [folder = "", name = "", first = "", count = "10"] = process.argv.slice(2);
const EXPIRES = new Date(T0.getTime() + 90 * 86_400_000);
const store = createFileStore({ folder, clock: storeClock() });
for (let tokenId = Number(first); tokenId < Number(first) + Number(count); tokenId += 1) {
  await store.put(name, {
    versionId: encodeVersionId({ tokenId, storedAt: T0, expiresAt: EXPIRES }),
    value: new Secret(`value-of-${tokenId}`),
    gate: () => undefined,
  });
}
