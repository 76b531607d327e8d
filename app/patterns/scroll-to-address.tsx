"use client";

import { useEffect } from "react";

/** The browser looks for the address's part while the skeleton stands there, and does not look again. */
export function ScrollToAddress() {
  useEffect(() => {
    document.getElementById(window.location.hash.slice(1))?.scrollIntoView();
  }, []);
  return null;
}
