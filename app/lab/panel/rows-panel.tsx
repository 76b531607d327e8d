"use client";

import { useQuery } from "@tanstack/react-query";
import { BankTable } from "../../proof/bank-table.tsx";
import { cellLook, headLook } from "../../proof/table-look.ts";
import { api } from "../../trpc/client.ts";
import type { BankCharge, Lane, LaneAudit } from "../../trpc/outputs.ts";
import { Panel } from "../../ui/panel.tsx";

/** The rows in Postgres right now, lane by lane, beside the bank's own statement. */
export function RowsPanel(props: {
  orderId: string;
  lanes: readonly { lane: string; title: string }[];
  audits: readonly LaneAudit[];
  /** Changes with each piece of news. */
  news: number;
}) {
  return (
    <div className="grid min-w-0 gap-4">
      {props.lanes.map(({ lane, title }) => (
        <div
          key={lane}
          className="grid min-w-0 gap-4 min-[1000px]:grid-cols-[minmax(0,1.7fr)_minmax(0,1fr)] min-[1000px]:items-start"
        >
          <Panel
            id={`rows-${lane}`}
            title={`Rows in Postgres: ${title}`}
            aside={<span className="text-small text-muted">right now</span>}
          >
            <Tables audit={props.audits.find((audit) => audit.lane === lane)} />
          </Panel>
          <Panel
            id={`bank-${lane}`}
            title={`The bank: ${title}`}
            aside={<span className="text-small text-muted">its own journal</span>}
          >
            <LaneBank orderId={props.orderId} lane={lane} news={props.news} />
          </Panel>
        </div>
      ))}
    </div>
  );
}

function LaneBank({ orderId, lane, news }: { orderId: string; lane: string; news: number }) {
  const { data } = useQuery({
    queryKey: ["lab.bank", orderId, lane, news],
    queryFn: (): Promise<BankCharge[]> =>
      lane === "idempotent"
        ? api.audit.bankStatement.query({ orderId })
        : api.lab.bankStatement.query({ lane: lane as Lane["lane"] }),
    placeholderData: (before) => before,
    refetchInterval: 5_000,
  });
  return <BankTable charges={data?.filter((charge) => charge.orderId === orderId)} />;
}

function Tables({ audit }: { audit: LaneAudit | undefined }) {
  const tables = audit?.rows.filter(({ rows }) => rows.length > 0) ?? [];
  if (tables.length === 0)
    return <p className="text-muted">No rows yet. Press Pay, or load a scenario.</p>;
  return (
    <div className="grid gap-4">
      {tables.map(({ table, columns, rows }) => (
        // A wide table scrolls by itself; the page never does.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- the keyboard has to reach what scrolls
        <div key={table} className="overflow-x-auto" role="region" aria-label={table} tabIndex={0}>
          <table className="w-full text-small">
            <caption className="mb-1 text-left font-mono text-small font-semibold">
              {table} · {rows.length}
            </caption>
            <thead>
              <tr>
                {columns.map((column) => (
                  <th key={column} scope="col" className={headLook}>
                    {column}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((row, index) => (
                <tr key={index}>
                  {row.map((value, at) => (
                    <td
                      key={columns[at]}
                      className={`${cellLook} font-mono text-[12px] whitespace-nowrap`}
                    >
                      {shorten(value)}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ))}
    </div>
  );
}

/** A UUID by its last characters, an answer by its first: enough to tell them apart. */
function shorten(value: unknown): string {
  if (value === null) return "–";
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  if (/^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(text)) return `…${text.slice(-6)}`;
  return text.length > 34 ? `${text.slice(0, 32)}…` : text;
}
