import type { Metadata, Viewport } from "next";
import Link from "next/link";
import type { ReactNode } from "react";
import { AccountBar } from "./frame/account-bar.tsx";
import { EstrangedBar } from "./frame/estranged-bar.tsx";
import { geist, geistMono } from "./frame/fonts.ts";
import { LiveDot } from "./frame/live-dot.tsx";
import { NavLinks } from "./frame/nav-links.tsx";
import { readBuild } from "./frame/read-build.ts";
import { Overlays } from "./frame/overlays/overlays.tsx";
import { readLook } from "./frame/read-look.ts";
import { SettingsButton } from "./frame/settings-button.tsx";
import { ThemeSwitch } from "./frame/theme-switch.tsx";
import "./globals.css";
import { readArmedPlan, readPostgresVersion, readSession } from "./trpc/server-reads.ts";

export const metadata: Metadata = {
  title: { default: "PayOnce: you clicked once", template: "%s · PayOnce" },
  description: "A checkout that charges at most once, and shows it.",
};

export const viewport: Viewport = {
  themeColor: [
    { media: "(prefers-color-scheme: light)", color: "#fbfaf7" },
    { media: "(prefers-color-scheme: dark)", color: "#0f1216" },
  ],
};

export default async function Layout({ children }: { children: ReactNode }) {
  const [{ theme, motion }, session, plan, postgres] = await Promise.all([
    readLook(),
    readSession(),
    readArmedPlan(),
    readPostgresVersion(),
  ]);
  const { version, commit } = readBuild();
  return (
    <html
      lang="en"
      data-account={session.tag}
      data-theme={theme === "system" ? undefined : theme}
      data-motion={motion === "system" ? undefined : motion}
      className={`${geist.variable} ${geistMono.variable}`}
    >
      <body className="flex min-h-dvh flex-col">
        <a
          href="#main"
          className="sr-only z-20 rounded-lg bg-accent px-4 py-3 text-on-accent focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
        >
          Skip to the content
        </a>
        <header className="border-b border-line bg-panel">
          <div className="mx-auto flex max-w-[1180px] flex-wrap items-center gap-x-2 px-4 py-1">
            <Link
              href="/"
              prefetch={false}
              className="inline-flex min-h-11 items-center text-lead font-bold"
            >
              PayOnce
            </Link>
            <NavLinks faults={session.faults} />
            <p className="ml-auto truncate text-small text-muted">
              <span className="max-[520px]:sr-only">Account </span>
              <code className="font-mono">{session.name}</code>
              {postgres && <span className="max-[940px]:sr-only"> · Postgres {postgres}</span>}
            </p>
            <LiveDot />
            <ThemeSwitch initial={theme} />
            <SettingsButton />
          </div>
        </header>
        <AccountBar key={plan} plan={plan} account={session.name} />
        <EstrangedBar account={session.name} />
        <div className="flex-1">{children}</div>
        <footer className="border-t border-line text-small text-muted">
          <div className="mx-auto flex max-w-[1180px] flex-wrap gap-x-4 px-4 py-5">
            <span>All money here is pretend.</span>
            <span>No real card can be typed anywhere on these pages.</span>
            <span className="min-[700px]:ml-auto">
              PayOnce {version}
              {commit && (
                <>
                  {" · "}
                  <code className="font-mono">{commit}</code>
                </>
              )}
            </span>
          </div>
        </footer>
        <Overlays faults={session.faults} />
      </body>
    </html>
  );
}
