"""The gate at which applied changes wait, so that two snapshots show the same state.

A marker named ``verify`` that arrives by replication waits for whoever holds the gate; nothing
after it is applied meanwhile. Only a trigger for replicas sees what a subscription applies.
"""

GATE = (
    """
    CREATE OR REPLACE FUNCTION shared_db.gate_key(run uuid) RETURNS bigint
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN pg_catalog.hashtextextended('shared_db.gate:' || run, 0)
    """,
    """
    CREATE OR REPLACE FUNCTION shared_db.wait_at_gate() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET lock_timeout = 0 AS $$
    BEGIN
        PERFORM pg_advisory_xact_lock_shared(shared_db.gate_key(NEW.run_id));
        RETURN NEW;
    END
    $$
    """,
    """
    CREATE OR REPLACE TRIGGER gate
    BEFORE INSERT OR UPDATE ON shared_db.markers
    FOR EACH ROW WHEN (NEW.name = 'verify')
    EXECUTE FUNCTION shared_db.wait_at_gate()
    """,
    "ALTER TABLE shared_db.markers ENABLE REPLICA TRIGGER gate",
)
