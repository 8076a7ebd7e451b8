interface WithBody {
  readonly body: AsyncIterable<Uint8Array>;
}

/** Whether there is something to read in an answer, as the AWS SDK's handler hands it over. */
export const hasBody = (response: unknown): response is WithBody =>
  typeof response === "object" &&
  response !== null &&
  "body" in response &&
  typeof response.body === "object" &&
  response.body !== null &&
  Symbol.asyncIterator in response.body;

/** The whole body, or an error once it is longer than that: whoever answers may never end. */
export const readBounded = async (body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Buffer> => {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of body) {
    length += part.length;
    if (length > maxBytes) throw new Error("the answer is far too long");
    parts.push(part);
  }
  return Buffer.concat(parts);
};
