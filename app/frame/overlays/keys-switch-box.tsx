"use client";

import { useState } from "react";
import { keysAreOn, switchKeys } from "../keys/keys-switch.ts";

export function KeysSwitch() {
  const [on, setOn] = useState(keysAreOn);
  return (
    <label className="mt-3 flex min-h-11 items-center gap-2">
      <input
        type="checkbox"
        checked={on}
        onChange={(event) => {
          switchKeys(event.target.checked);
          setOn(event.target.checked);
        }}
        className="size-6"
      />
      Keys are on
    </label>
  );
}
