-- Whether the bank was asked for a key. A lane that does not hand its key on cannot ask again under another one.
alter table lab_keys add column asked boolean not null default false;
