/** A refusal in the words of Google's APIs. */
export class GoogleError extends Error {
  /**
   * @param code HTTP status.
   * @param message As the API puts it.
   * @param reason The short word for machines behind it.
   */
  constructor(code: number, message: string, reason?: string) {
    super(`googleapi: Error ${code}: ${message}${reason === undefined ? "" : `, ${reason}`}`);
  }
}
