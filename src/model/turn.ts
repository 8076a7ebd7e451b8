/** Resolves when the caller may send one request, by a pace that several processes share. */
export type Turn = () => Promise<void>;
