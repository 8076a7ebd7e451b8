import { SettingsError } from "./model/errors.ts";
import type { FleetEngine } from "./model/policy.ts";
import { Secret } from "./model/secret.ts";
import type { Settings } from "./settings.ts";

/** Throws `SettingsError` where nothing says where Redis is. */
export const redisUrlOf = (settings: Settings, engine: FleetEngine): Secret => {
  const url = settings.redisUrl() ?? (engine.url === undefined ? undefined : new Secret(engine.url));
  if (url === undefined)
    throw new SettingsError(
      "engine: bullmq needs a Redis or Valkey: set REDIS_URL, or engine.url in the policy, to its URL, e.g. redis://redis.example.com:6379/0",
    );
  return url;
};

/** Without user and password, for people. */
export const placeOf = (url: Secret): string => {
  const { hostname, port, pathname } = new URL(url.reveal());
  return `${hostname}:${port || "6379"}${pathname === "/" ? "" : pathname}`;
};

const PACKAGES = /'(bullmq|ioredis)'/;

/** Both packages are optional: nobody else should have to install them. */
export const withPackages = async <Loaded>(load: () => Promise<Loaded>): Promise<Loaded> => {
  try {
    return await load();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if ((code !== "ERR_MODULE_NOT_FOUND" && code !== "MODULE_NOT_FOUND") || !PACKAGES.test(message))
      throw error;
    throw new SettingsError(
      "engine: bullmq needs the packages bullmq and ioredis, which are not installed here: npm install bullmq ioredis",
      { cause: error },
    );
  }
};
