using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ReelBallers.Wallet.Data.Migrations
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "accounts",
                columns: table => new
                {
                    user_id = table.Column<Guid>(type: "uuid", nullable: false),
                    balance_cents = table.Column<long>(type: "bigint", nullable: false),
                    held_cents = table.Column<long>(type: "bigint", nullable: false),
                    receivable_cents = table.Column<long>(type: "bigint", nullable: false),
                    freeze_count = table.Column<int>(type: "integer", nullable: false),
                    last_sequence = table.Column<long>(type: "bigint", nullable: false),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    chain_hash = table.Column<Guid>(type: "uuid", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_accounts", x => x.user_id);
                    table.CheckConstraint("ck_accounts_balance", "balance_cents >= 0");
                    table.CheckConstraint("ck_accounts_freeze_count", "freeze_count >= 0");
                    table.CheckConstraint("ck_accounts_held", "held_cents >= 0");
                    table.CheckConstraint("ck_accounts_receivable", "receivable_cents >= 0");
                });

            migrationBuilder.CreateTable(
                name: "holds",
                columns: table => new
                {
                    user_id = table.Column<Guid>(type: "uuid", nullable: false),
                    job_id = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    amount_cents = table.Column<long>(type: "bigint", nullable: false),
                    state = table.Column<short>(type: "smallint", nullable: false),
                    settled_cents = table.Column<long>(type: "bigint", nullable: false),
                    end_balance_cents = table.Column<long>(type: "bigint", nullable: true),
                    expires_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_holds", x => new { x.user_id, x.job_id });
                    table.CheckConstraint("ck_holds_amount", "amount_cents > 0");
                    table.CheckConstraint("ck_holds_end", "(state = 1) = (end_balance_cents IS NULL)");
                    table.CheckConstraint("ck_holds_settled", "settled_cents BETWEEN 0 AND amount_cents");
                });

            migrationBuilder.CreateTable(
                name: "idempotency_records",
                columns: table => new
                {
                    user_id = table.Column<Guid>(type: "uuid", nullable: false),
                    key = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    request_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    operation_id = table.Column<Guid>(type: "uuid", nullable: false),
                    leased_until = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    status = table.Column<int>(type: "integer", nullable: true),
                    content_type = table.Column<string>(type: "text", nullable: true),
                    location = table.Column<string>(type: "text", nullable: true),
                    body = table.Column<byte[]>(type: "bytea", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_idempotency_records", x => new { x.user_id, x.key });
                });

            migrationBuilder.CreateTable(
                name: "transfers",
                columns: table => new
                {
                    user_id = table.Column<Guid>(type: "uuid", nullable: false),
                    sequence = table.Column<long>(type: "bigint", nullable: false),
                    debit_account = table.Column<short>(type: "smallint", nullable: false),
                    credit_account = table.Column<short>(type: "smallint", nullable: false),
                    amount_cents = table.Column<long>(type: "bigint", nullable: false),
                    reason = table.Column<short>(type: "smallint", nullable: false),
                    job_id = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    stripe_payment_id = table.Column<string>(type: "text", nullable: true),
                    description = table.Column<string>(type: "text", nullable: true),
                    balance_after_cents = table.Column<long>(type: "bigint", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    idempotency_key = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    request_hash = table.Column<Guid>(type: "uuid", nullable: true),
                    expires_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    lot_sequence = table.Column<long>(type: "bigint", nullable: true),
                    chain_hash = table.Column<Guid>(type: "uuid", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_transfers", x => new { x.user_id, x.sequence });
                    table.CheckConstraint("ck_transfers_accounts", "debit_account <> credit_account");
                    table.CheckConstraint("ck_transfers_amount", "amount_cents > 0");
                    table.CheckConstraint("ck_transfers_balance_after", "balance_after_cents >= 0");
                    table.CheckConstraint("ck_transfers_key", "(idempotency_key IS NULL) = (request_hash IS NULL)");
                });

            migrationBuilder.CreateIndex(
                name: "ix_holds_expires_at",
                table: "holds",
                column: "expires_at",
                filter: "state = 1 AND expires_at IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_idempotency_records_created_at",
                table: "idempotency_records",
                column: "created_at");

            migrationBuilder.CreateIndex(
                name: "ux_transfers_user_id_idempotency_key",
                table: "transfers",
                columns: new[] { "user_id", "idempotency_key" },
                unique: true,
                filter: "idempotency_key IS NOT NULL");

            migrationBuilder.Sql(Tables);
            migrationBuilder.Sql(AppendOnly);
            migrationBuilder.Sql(ChainFunctions);
            migrationBuilder.Sql(WriterRole);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(DropAll);

            migrationBuilder.DropTable(
                name: "accounts");

            migrationBuilder.DropTable(
                name: "holds");

            migrationBuilder.DropTable(
                name: "idempotency_records");

            migrationBuilder.DropTable(
                name: "transfers");
        }
    }
}
