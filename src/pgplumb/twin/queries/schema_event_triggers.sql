-- Event triggers, which the twin leaves out: they would run at every statement of a rehearsal.
-- Returns: name.
-- Versions: 13 to 18. Cost: 1 ms.
SELECT evtname FROM pg_event_trigger g WHERE {own pg_event_trigger g} ORDER BY 1
