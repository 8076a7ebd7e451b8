import type { Credential, Scope } from "../../model/deploy-token.ts";
import { gitUnfit, tryGit } from "./git.ts";
import { packagesUnfit, tryPackages } from "./packages.ts";
import type { Place } from "./place.ts";
import type { LogIn, Outcome } from "./probe.ts";
import { registryUnfit, tryRegistry } from "./registry.ts";

/** A way to try a credential on a project. Each scope opens some doors only, so there is no one check for all. */
export interface Check {
  readonly scopes: readonly Scope[];
  /** The scope without which being let in and allowed nothing is what is to be expected. */
  readonly reading: Scope;
  /** Why nothing can be learnt there. */
  readonly unfit: (place: Place) => string | undefined;
  readonly run: (logIn: LogIn, place: Place, credential: Credential) => Promise<Outcome>;
  /** Whether a wrong username would show. */
  readonly provesUsername: boolean;
}

export const PROJECT_CHECKS: readonly Check[] = [
  {
    scopes: ["read_repository"],
    reading: "read_repository",
    unfit: gitUnfit,
    run: tryGit,
    provesUsername: true,
  },
  {
    scopes: ["read_registry", "write_registry"],
    reading: "read_registry",
    unfit: registryUnfit,
    run: tryRegistry,
    provesUsername: true,
  },
  {
    scopes: ["read_package_registry", "write_package_registry"],
    reading: "read_package_registry",
    unfit: packagesUnfit,
    run: tryPackages,
    provesUsername: false,
  },
];

export const VIRTUAL_SCOPES: readonly Scope[] = ["read_virtual_registry", "write_virtual_registry"];

/** Writing leaves something behind, so it is never tried. */
export const WRITING: Readonly<Partial<Record<string, string>>> = {
  write_registry: "logs in; a push was not tried, as it would leave a repository behind",
  write_package_registry: "logs in; only reading was tried",
  write_virtual_registry: "logs in; only that was tried",
};
