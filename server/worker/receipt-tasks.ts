import type { Task, TaskList } from "graphile-worker";
import { z } from "zod";
import { errorCode } from "../../db/error-code.ts";
import { SEND_RECEIPT } from "../receipts/receipt-job.ts";
import { sendReceipt, type SendReceipt } from "../receipts/send-receipt.ts";

const payload = z.object({ account: z.string(), orderId: z.uuid() });

/** The queue's side of a receipt. What cannot be sent puts itself off; what cannot be written down fails the job. */
export function receiptTasks(how: SendReceipt): TaskList {
  const task: Task = async (given) => {
    try {
      await sendReceipt(how, payload.parse(given));
    } catch (error) {
      // The driver's message has the statement and its values in it, and the queue keeps what a job threw.
      throw new Error(`receipt: not written down (${errorCode(error) ?? "no code"})`);
    }
  };
  return { [SEND_RECEIPT]: task };
}
