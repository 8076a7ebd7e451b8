import { RotatorError } from "../model/errors.ts";
import { safeText } from "./text.ts";

/** One line for whatever was thrown. */
export const formatFailure = (error: unknown): string => {
  const message = safeText(error instanceof Error ? error.message : String(error));
  return error instanceof RotatorError
    ? `${error.code}: ${message}`
    : `ERR_INTERNAL: ${message}; please report this`;
};
