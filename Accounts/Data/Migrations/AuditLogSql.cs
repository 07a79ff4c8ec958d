namespace ReelBallers.Accounts.Data.Migrations;

/// <summary>What the model cannot express: the chain, and the triggers that reject every change.</summary>
internal static class AuditLogSql
{
    public const string Up =
        """
        CREATE FUNCTION audit_bytes(content bytea) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
            SELECT coalesce(int4send(octet_length(content)) || content, int4send(-1)) $$;
        CREATE FUNCTION audit_text(content text) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
            SELECT audit_bytes(convert_to(content, 'UTF8')) $$;
        CREATE FUNCTION audit_hash(e audit_entries) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
            SELECT sha256(
                e.previous_hash || int8send(e.sequence) || int8send((extract(epoch FROM e.at) * 1000000)::bigint)
                || audit_text(e.act_id::text) || int8send(e.state::bigint) || audit_text(e.actor_id::text) || audit_text(e.action)
                || audit_text(e.subject_id::text) || audit_text(e.target) || audit_text(e.reason) || audit_text(e.before)
                || audit_text(e.after) || audit_bytes(e.client_hash)) $$;

        CREATE FUNCTION audit_entries_chain() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            head audit_entries;
        BEGIN
            -- One after another: the next transaction sees this row only after the commit.
            PERFORM pg_advisory_xact_lock(hashtextextended('audit_entries', 0));
            SELECT * INTO head FROM audit_entries ORDER BY sequence DESC LIMIT 1;
            NEW.sequence := coalesce(head.sequence, 0) + 1;
            NEW.previous_hash := coalesce(head.hash, decode(repeat('00', 32), 'hex'));
            NEW.hash := audit_hash(NEW);
            RETURN NEW;
        END $$;
        CREATE TRIGGER audit_entries_chain BEFORE INSERT ON audit_entries
            FOR EACH ROW EXECUTE FUNCTION audit_entries_chain();

        CREATE FUNCTION audit_entries_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            -- A client's address may be deleted.
            IF TG_OP = 'UPDATE' THEN
                IF NEW.client_address IS NULL AND NEW.client_salt IS NULL
                    AND to_jsonb(NEW) - 'client_address' - 'client_salt' = to_jsonb(OLD) - 'client_address' - 'client_salt' THEN
                    RETURN NEW;
                END IF;
            END IF;
            RAISE EXCEPTION 'audit_entries is append-only: % is rejected', TG_OP USING ERRCODE = 'restrict_violation';
        END $$;
        CREATE TRIGGER audit_entries_unchanged BEFORE UPDATE OR DELETE ON audit_entries
            FOR EACH ROW EXECUTE FUNCTION audit_entries_append_only();
        CREATE TRIGGER audit_entries_kept BEFORE TRUNCATE ON audit_entries
            FOR EACH STATEMENT EXECUTE FUNCTION audit_entries_append_only();
        """;

    public const string Down =
        """
        DROP TRIGGER audit_entries_kept ON audit_entries;
        DROP TRIGGER audit_entries_unchanged ON audit_entries;
        DROP TRIGGER audit_entries_chain ON audit_entries;
        DROP FUNCTION audit_entries_append_only();
        DROP FUNCTION audit_entries_chain();
        DROP FUNCTION audit_hash(audit_entries);
        DROP FUNCTION audit_text(text);
        DROP FUNCTION audit_bytes(bytea);
        """;
}
