/** For `--import`: writes the packages that our own code loads to the file $LOADED_PACKAGES, one a line, as it loads them. */
import { appendFileSync } from "node:fs";
import { isBuiltin, registerHooks } from "node:module";

const file = process.env["LOADED_PACKAGES"] ?? "/dev/null";
const isOurs = (url: string | undefined): boolean =>
  url?.startsWith("file:") === true && !url.includes("/node_modules/");

registerHooks({
  resolve: (specifier, context, next) => {
    const isPackage = !specifier.startsWith(".") && !specifier.startsWith("file:") && !isBuiltin(specifier);
    if (isPackage && isOurs(context.parentURL)) appendFileSync(file, `${specifier}\n`);
    return next(specifier, context);
  },
});
