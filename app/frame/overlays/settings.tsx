"use client";

import { useState, useSyncExternalStore } from "react";
import { Button } from "../../ui/button.tsx";
import { RadioCards } from "../../ui/radio-cards.tsx";
import { Sheet } from "../../ui/sheet.tsx";
import {
  chooseMotion,
  chooseTheme,
  type Motion,
  motionNow,
  MOTIONS,
  type Theme,
  themeNow,
  THEMES,
  watchLook,
} from "../theme.ts";
import { KeysSwitch } from "./keys-switch-box.tsx";
import type { OverlayProps } from "./overlay-props.ts";
import { showOverlay } from "./overlay.ts";

const THEME_NAMES: Record<Theme, string> = {
  system: "As the system has it",
  light: "Light",
  dark: "Dark",
};
const MOTION_NAMES: Record<Motion, string> = {
  system: "As the system has it",
  reduced: "Nothing moves",
};

/** What this browser keeps for itself, and the two things that one does with an account. */
export default function Settings({ open, onOpen }: OverlayProps) {
  const theme = useSyncExternalStore(watchLook, themeNow);
  const motion = useSyncExternalStore(watchLook, motionNow);
  const [said, setSaid] = useState("");

  async function save() {
    setSaid("Asking the server…");
    const { exportAccount } = await import("./export-account.ts");
    setSaid(await exportAccount());
  }

  return (
    <Sheet place="side" title="Settings" open={open} onOpen={onOpen}>
      <div className="grid gap-5">
        <Choice
          name="theme"
          legend="Theme"
          of={THEMES}
          names={THEME_NAMES}
          value={theme}
          onChange={chooseTheme}
        />
        <Choice
          name="motion"
          legend="Motion"
          of={MOTIONS}
          names={MOTION_NAMES}
          value={motion}
          onChange={chooseMotion}
        />
        <section aria-labelledby="settings-keys">
          <h3 id="settings-keys" className="font-semibold">
            Keys
          </h3>
          <KeysSwitch />
          <Button look="quiet" onPress={() => showOverlay("keys")}>
            List them
          </Button>
        </section>
        <section aria-labelledby="settings-account" className="grid gap-2">
          <h3 id="settings-account" className="font-semibold">
            Account
          </h3>
          <div className="flex flex-wrap gap-2">
            <Button look="quiet" onPress={() => void save()}>
              Export as JSON
            </Button>
            <Button look="quiet" onPress={() => showOverlay("reset")}>
              Reset…
            </Button>
          </div>
          <p role="status" className="text-small text-muted empty:hidden">
            {said}
          </p>
        </section>
      </div>
    </Sheet>
  );
}

function Choice<T extends string>(props: {
  name: string;
  legend: string;
  of: readonly T[];
  names: Record<T, string>;
  value: T;
  onChange: (value: T) => void;
}) {
  return (
    <RadioCards
      name={`settings-${props.name}`}
      legend={props.legend}
      value={props.value}
      choices={props.of.map((value) => ({ value, label: props.names[value] }))}
      onChange={(value) => {
        const chosen = props.of.find((one) => one === value);
        if (chosen) props.onChange(chosen);
      }}
    />
  );
}
