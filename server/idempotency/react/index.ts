"use client";

import { useEffect, useSyncExternalStore } from "react";
import type { Intent, IntentView } from "../client/index.ts";

/**
 * An intent as this page sees it; on load it finishes what an earlier page left. Make the intent once for each
 * order, outside of components and in the browser alone: one made on the server would be everybody's.
 */
export function useIntent<Input, Answer>(
  intent: Intent<Input, Answer>,
): IntentView<Input, Answer> & Pick<Intent<Input, Answer>, "press"> {
  const view = useSyncExternalStore(intent.subscribe, intent.view, intent.view);
  useEffect(() => void intent.comeBack(), [intent]);
  return { ...view, press: intent.press };
}
