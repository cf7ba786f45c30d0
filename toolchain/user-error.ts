/**
 * A mistake that the person at the keyboard can put right. Commands print only its message, without a stack trace;
 * the message says what was wrong, where, and what to do instead.
 */
export class UserError extends Error {
  override readonly name = "UserError";
}
