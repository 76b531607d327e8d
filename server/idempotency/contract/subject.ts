/** One request to your procedure. `undefined` as the key: leave it out. */
export interface ContractCall {
  account: string;
  key: string | undefined;
  /** Two different valid inputs of your choice, and one that your schema refuses. */
  input: "first" | "other" | "invalid";
}

/** What came back, as bytes: an answer that was parsed and written again proves nothing. */
export interface ContractReply {
  status: number;
  body: string;
}

/** What the suite needs of anybody's procedure: two functions. Whatever else is given, more is tried. */
export interface ContractSubject {
  /** Makes one request, as a client would, over the network if you can. Rejects when no answer came. */
  call(call: ContractCall): Promise<ContractReply>;
  /** How many times the effect has happened for this account, counted where it happens: rows, charges, mails. */
  sideEffects(account: string): Promise<number>;
  /** Two accounts that exist. With one name alone the scenario of two accounts is left out. */
  accounts?: readonly [string, ...string[]];
  /** True when `input: "invalid"` means something to you. */
  refusesInvalid?: boolean;
  /**
   * Makes the same request and lets its answer be lost after the effect: a cut connection, a process that dies.
   * Resolves to the answer only where there was one after all, which is no fault and is told as none.
   */
  loseAnswer?(call: ContractCall): Promise<unknown>;
  /** Makes the same request to another idempotent procedure of yours that takes the same input. */
  callOther?(call: ContractCall): Promise<ContractReply>;
  /** Makes the same request while the other system declines it: an empty card. By `call` it is granted again. */
  decline?(call: ContractCall): Promise<ContractReply>;
  /** How long a key may stay without a definite answer after that: 15 s unless you say so. */
  settleWithinMs?: number;
}
