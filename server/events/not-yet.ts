/** The event cannot have its effect yet; whoever sent it is to send it again. It has left no row behind. */
export class NotYet extends Error {
  override readonly name = "NotYet";
}
