/** An error as Secrets Manager answers it: nearly always 400, told apart by name. */
export class AwsError extends Error {
  readonly status: number;

  constructor(name: string, message: string, status = 400) {
    super(message);
    this.name = name;
    this.status = status;
  }
}

export const notFound = (what = "secret"): AwsError =>
  new AwsError("ResourceNotFoundException", `Secrets Manager can't find the specified ${what}.`);

export const invalidRequest = (message: string): AwsError => new AwsError("InvalidRequestException", message);

export const invalidParameter = (message: string): AwsError =>
  new AwsError("InvalidParameterException", message);

export const exists = (message: string): AwsError => new AwsError("ResourceExistsException", message);

export const invalidInput = (field: string, constraint: string): AwsError =>
  new AwsError(
    "ValidationException",
    `1 validation error detected: Value at '${field}' failed to satisfy constraint: ${constraint}`,
  );

export const markedForDeletion = (): AwsError =>
  invalidRequest("You can't perform this operation on the secret because it was marked for deletion.");
