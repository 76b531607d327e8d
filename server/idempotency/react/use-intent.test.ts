import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import type { Intent, IntentView } from "../client/index.ts";
import { useIntent } from "./index.ts";

test("a server renders an intent as it stands, and neither asks nor sends", () => {
  let touched = 0;
  const view: IntentView<string, string> = { record: null, phase: { at: "unknown" } };
  const touch = async () => {
    touched += 1;
    return view;
  };
  const intent: Intent<string, string> = {
    view: () => view,
    subscribe: () => () => {},
    press: touch,
    comeBack: touch,
    looked: () => view,
  };
  const Shown = () => createElement("p", null, useIntent(intent).phase.at);
  expect(renderToStaticMarkup(createElement(Shown))).toBe("<p>unknown</p>");
  expect(touched).toBe(0);
});
