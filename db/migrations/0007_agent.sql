-- What the agent without recorded steps keeps of its runs (server/lab/twins/agent-without-steps.ts): the wrong twin, with
-- the place of a step as its name. The agent itself needs no table: its steps are those of the package.
create table lab_agent_steps (
  account  text    not null,
  run      uuid    not null,
  at_index integer not null,
  result   text    not null,
  primary key (account, run, at_index)
);
