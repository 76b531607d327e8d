import type { ContractReply, ContractSubject } from "./subject.ts";
import { isNotYet, isSuccess, type Trial } from "./trial.ts";

export interface Scenario {
  name: string;
  /** Absent: always. Otherwise what must be given for it. */
  needs?: { what: string; given(subject: ContractSubject): boolean };
  /** Each is tried; of those that fail, the one with the shortest witness is told. Absent: one size. */
  sizes?: readonly number[];
  /** @throws {Broken} when a promise is broken */
  run(trial: Trial, size: number): Promise<void>;
}

const MALFORMED = [
  "",
  "not-a-key",
  "00000000-0000-0000-0000-000000000000",
  // Version 1: its bits name a machine and may repeat.
  "c232ab00-9414-11ec-b3c8-9f6bdeced846",
  "{01890a5d-ac96-774b-bcce-b302099a8057}",
  "01890a5d-ac96-774b-bcce-b302099a8057".repeat(100),
];

export const SCENARIOS: readonly Scenario[] = [
  {
    name: "the same key twice is one effect and the same answer, byte for byte",
    async run(trial) {
      const key = trial.freshKey();
      const effects = await trial.effectsOf(async () => {
        const first = await trial.send(key);
        trial.expect(isSuccess(first), "the first request is answered");
        const second = await trial.send(key);
        trial.expect(
          second.status === first.status,
          "the second answer has the first one's status",
        );
        trial.expect(second.body === first.body, "the second answer has the first one's bytes");
      });
      trial.expect(effects === 1, "the effect happens once");
    },
  },
  {
    name: "two keys are two decisions: an honest second purchase is not swallowed",
    async run(trial) {
      const effects = await trial.effectsOf(async () => {
        for (const key of [trial.freshKey(), trial.freshKey()])
          trial.expect(isSuccess(await trial.send(key)), "each of them is answered");
      });
      trial.expect(effects === 2, "each key has its own effect");
    },
  },
  {
    name: "many at once are one effect, and whoever gets an answer gets the same one",
    sizes: [20, 2, 3, 5, 10],
    async run(trial, size) {
      const key = trial.freshKey();
      const effects = await trial.effectsOf(async () => {
        const replies = await Promise.all(Array.from({ length: size }, () => trial.send(key)));
        const settled = await trial.settle(key);
        trial.expect(isSuccess(settled), "afterwards the key has an answer");
        for (const reply of replies) {
          if (isNotYet(reply)) continue;
          trial.expect(reply.status === settled.status, "every definite answer has one status");
          trial.expect(reply.body === settled.body, "every definite answer has the same bytes");
        }
      });
      trial.expect(effects === 1, "the effect happens once");
    },
  },
  {
    name: "the same key with another input is refused with KEY_REUSED, and changes nothing",
    run: (trial) => refusesReuse(trial, "input", (key) => trial.send(key, "other")),
  },
  {
    name: "a request without a key is refused and does nothing",
    async run(trial) {
      const effects = await trial.effectsOf(async () => {
        const reply = await trial.send(undefined);
        trial.expect(reply.status === 400, "it is refused with 400");
      });
      trial.expect(effects === 0, "nothing happens");
    },
  },
  {
    name: "a malformed key is refused and does nothing",
    sizes: MALFORMED.map((_key, index) => index),
    async run(trial, size) {
      const effects = await trial.effectsOf(async () => {
        const reply = await trial.send(MALFORMED[size]);
        trial.expect(reply.status === 400, "it is refused with 400, not a 500 from the database");
      });
      trial.expect(effects === 0, "nothing happens");
    },
  },
  {
    name: "an invalid input does not use its key up",
    needs: { what: "refusesInvalid", given: ({ refusesInvalid }) => refusesInvalid === true },
    async run(trial) {
      const key = trial.freshKey();
      const effects = await trial.effectsOf(async () => {
        const refused = await trial.send(key, "invalid");
        trial.expect(refused.status === 400, "the invalid input is refused with 400");
        const mended = await trial.send(key);
        trial.expect(isSuccess(mended), "the mended input is accepted under the same key");
      });
      trial.expect(effects === 1, "the effect happens once");
    },
  },
  {
    name: "the same key of two accounts is two decisions, and neither sees the other",
    needs: { what: "two accounts", given: ({ accounts }) => new Set(accounts).size > 1 },
    async run(trial) {
      const key = trial.freshKey();
      const mine = await trial.effectsOf(() => trial.send(key));
      const theirs = await trial.effectsOf(async () => {
        const reply = await trial.send(key, "first", trial.other);
        trial.expect(isSuccess(reply), "the second account is neither refused nor made to wait");
      }, trial.other);
      trial.expect(mine === 1 && theirs === 1, "each account has its own effect");
    },
  },
  {
    name: "an answer that was lost after the effect is given again, and the effect is not",
    needs: { what: "loseAnswer", given: ({ loseAnswer }) => loseAnswer !== undefined },
    async run(trial) {
      const key = trial.freshKey();
      const effects = await trial.effectsOf(async () => {
        await trial.lose(key);
        const settled = await trial.settle(key);
        trial.expect(isSuccess(settled), "the same key brings the answer");
      });
      trial.expect(effects === 1, "the effect happens once");
    },
  },
  {
    name: "a key of another procedure is refused with KEY_REUSED, and changes nothing",
    needs: { what: "callOther", given: ({ callOther }) => callOther !== undefined },
    async run(trial) {
      const callOther = (key: string) => trial.send(key, "first", trial.account, "callOther");
      const own = await callOther(trial.freshKey());
      trial.expect(isSuccess(own), "the other procedure answers under a key of its own");
      await refusesReuse(trial, "procedure", callOther);
    },
  },
  {
    name: "a decline is an answer: it is stored and given again, also when it would be granted by now",
    needs: { what: "decline", given: ({ decline }) => decline !== undefined },
    async run(trial) {
      const key = trial.freshKey();
      const declined = await trial.effectsOf(async () => {
        const first = await trial.send(key, "first", trial.account, "decline");
        trial.expect(!isNotYet(first), "a decline is definite");
        const again = await trial.send(key);
        trial.expect(again.status === first.status, "it is given again with its status");
        trial.expect(again.body === first.body, "it is given again with its bytes");
      });
      trial.expect(declined === 0, "nothing happens under a key that was declined");
      const granted = await trial.effectsOf(() => trial.send(trial.freshKey()));
      trial.expect(granted === 1, "the fault was not seen: another key is not granted either");
    },
  },
];

async function refusesReuse(
  trial: Trial,
  what: "input" | "procedure",
  reuse: (key: string) => Promise<ContractReply>,
): Promise<void> {
  const key = trial.freshKey();
  const first = await trial.send(key);
  trial.expect(isSuccess(first), "the first request is answered");
  const effects = await trial.effectsOf(async () => {
    const other = await reuse(key);
    trial.expect(other.status === 422, `the other ${what} is refused with 422`);
    trial.expect(other.body.includes("KEY_REUSED"), "the refusal says KEY_REUSED");
    const again = await trial.send(key);
    trial.expect(again.body === first.body, "the first answer stands");
  });
  trial.expect(effects === 0, "nothing more happens");
}
