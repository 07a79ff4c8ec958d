namespace ReelBallers.Wallet.Data.Migrations;

// What the continuous audit has found. Of use to operators only: the audit finds it again.
public partial class AuditFindings
{
    private const string FindingTable = """
        CREATE TABLE audit_findings (
            user_id uuid NOT NULL,
            code text COLLATE "C" NOT NULL,
            sequence bigint NOT NULL,
            detail text NOT NULL,
            found_at timestamptz NOT NULL,
            CONSTRAINT pk_audit_findings PRIMARY KEY (user_id, code, sequence));
        CREATE INDEX ix_audit_findings_found_at ON audit_findings (found_at);
        """;
}
