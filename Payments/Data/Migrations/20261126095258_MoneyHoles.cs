using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ReelBallers.Payments.Data.Migrations
{
    /// <inheritdoc />
    public partial class MoneyHoles : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropCheckConstraint(
                name: "ck_stripe_reversals_kind",
                table: "stripe_reversals");

            migrationBuilder.DropCheckConstraint(
                name: "ck_operator_refunds_state",
                table: "operator_refunds");

            migrationBuilder.AddColumn<int>(
                name: "attempts",
                table: "wallet_commands",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "dead_at",
                table: "wallet_commands",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "error",
                table: "wallet_commands",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "next_attempt_at",
                table: "wallet_commands",
                type: "timestamp with time zone",
                nullable: false,
                defaultValueSql: "now()");

            migrationBuilder.AddColumn<string>(
                name: "actor",
                table: "operator_refunds",
                type: "character varying(100)",
                maxLength: 100,
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<bool>(
                name: "are_credits_taken",
                table: "operator_refunds",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<string>(
                name: "error",
                table: "operator_refunds",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "generation",
                table: "operator_refunds",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<string>(
                name: "note",
                table: "operator_refunds",
                type: "character varying(500)",
                maxLength: 500,
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "client_address",
                table: "checkouts",
                type: "character varying(60)",
                maxLength: 60,
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "look_again_at",
                table: "checkouts",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "looked_at",
                table: "checkouts",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "session_expires_at",
                table: "checkouts",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "session_url",
                table: "checkouts",
                type: "text",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "failed_payments",
                columns: table => new
                {
                    event_id = table.Column<string>(type: "text", nullable: false),
                    user_id = table.Column<Guid>(type: "uuid", nullable: false),
                    client_address = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: true),
                    failed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_failed_payments", x => x.event_id);
                });

            migrationBuilder.CreateTable(
                name: "parked_items",
                columns: table => new
                {
                    kind = table.Column<short>(type: "smallint", nullable: false),
                    id = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    reason = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: false),
                    detail = table.Column<string>(type: "text", nullable: true),
                    attempts = table.Column<int>(type: "integer", nullable: false),
                    parked_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    next_attempt_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    dismissed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_parked_items", x => new { x.kind, x.id });
                    table.CheckConstraint("ck_parked_items_kind", "kind BETWEEN 1 AND 4");
                });

            migrationBuilder.CreateTable(
                name: "reconciler_marks",
                columns: table => new
                {
                    name = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    reached_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    completed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    deep_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_reconciler_marks", x => x.name);
                });

            migrationBuilder.CreateTable(
                name: "topup_blocks",
                columns: table => new
                {
                    user_id = table.Column<Guid>(type: "uuid", nullable: false),
                    reference = table.Column<string>(type: "text", nullable: false),
                    blocked_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    lifted_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    lifted_by = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_topup_blocks", x => new { x.user_id, x.reference });
                });

            migrationBuilder.CreateIndex(
                name: "ix_wallet_commands_due",
                table: "wallet_commands",
                column: "next_attempt_at",
                filter: "done_at IS NULL AND dead_at IS NULL");

            migrationBuilder.AddCheckConstraint(
                name: "ck_stripe_reversals_kind",
                table: "stripe_reversals",
                sql: "kind IN (1, 2, 3) AND amount_cents > 0");

            migrationBuilder.CreateIndex(
                name: "ix_stripe_events_payload",
                table: "stripe_events",
                columns: new[] { "state", "received_at" },
                filter: "payload <> ''");

            migrationBuilder.AddCheckConstraint(
                name: "ck_operator_refunds_state",
                table: "operator_refunds",
                sql: "state BETWEEN 1 AND 4 AND amount_cents > 0");

            migrationBuilder.CreateIndex(
                name: "ix_checkouts_address",
                table: "checkouts",
                columns: new[] { "client_address", "created_at" },
                filter: "client_address IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_checkouts_look_again",
                table: "checkouts",
                column: "look_again_at",
                filter: "look_again_at IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_failed_payments_client_address_failed_at",
                table: "failed_payments",
                columns: new[] { "client_address", "failed_at" },
                filter: "client_address IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_failed_payments_user_id_failed_at",
                table: "failed_payments",
                columns: new[] { "user_id", "failed_at" });

            migrationBuilder.CreateIndex(
                name: "ix_parked_items_due",
                table: "parked_items",
                columns: new[] { "kind", "next_attempt_at" },
                filter: "next_attempt_at IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_parked_items_open",
                table: "parked_items",
                columns: new[] { "parked_at", "id" },
                filter: "dismissed_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_topup_blocks_active",
                table: "topup_blocks",
                column: "user_id",
                filter: "lifted_at IS NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "failed_payments");

            migrationBuilder.DropTable(
                name: "parked_items");

            migrationBuilder.DropTable(
                name: "reconciler_marks");

            migrationBuilder.DropTable(
                name: "topup_blocks");

            migrationBuilder.DropIndex(
                name: "ix_wallet_commands_due",
                table: "wallet_commands");

            migrationBuilder.DropCheckConstraint(
                name: "ck_stripe_reversals_kind",
                table: "stripe_reversals");

            migrationBuilder.DropIndex(
                name: "ix_stripe_events_payload",
                table: "stripe_events");

            migrationBuilder.DropCheckConstraint(
                name: "ck_operator_refunds_state",
                table: "operator_refunds");

            migrationBuilder.DropIndex(
                name: "ix_checkouts_address",
                table: "checkouts");

            migrationBuilder.DropIndex(
                name: "ix_checkouts_look_again",
                table: "checkouts");

            migrationBuilder.DropColumn(
                name: "attempts",
                table: "wallet_commands");

            migrationBuilder.DropColumn(
                name: "dead_at",
                table: "wallet_commands");

            migrationBuilder.DropColumn(
                name: "error",
                table: "wallet_commands");

            migrationBuilder.DropColumn(
                name: "next_attempt_at",
                table: "wallet_commands");

            migrationBuilder.DropColumn(
                name: "actor",
                table: "operator_refunds");

            migrationBuilder.DropColumn(
                name: "are_credits_taken",
                table: "operator_refunds");

            migrationBuilder.DropColumn(
                name: "error",
                table: "operator_refunds");

            migrationBuilder.DropColumn(
                name: "generation",
                table: "operator_refunds");

            migrationBuilder.DropColumn(
                name: "note",
                table: "operator_refunds");

            migrationBuilder.DropColumn(
                name: "client_address",
                table: "checkouts");

            migrationBuilder.DropColumn(
                name: "look_again_at",
                table: "checkouts");

            migrationBuilder.DropColumn(
                name: "looked_at",
                table: "checkouts");

            migrationBuilder.DropColumn(
                name: "session_expires_at",
                table: "checkouts");

            migrationBuilder.DropColumn(
                name: "session_url",
                table: "checkouts");

            migrationBuilder.AddCheckConstraint(
                name: "ck_stripe_reversals_kind",
                table: "stripe_reversals",
                sql: "kind IN (1, 2) AND amount_cents > 0");

            migrationBuilder.AddCheckConstraint(
                name: "ck_operator_refunds_state",
                table: "operator_refunds",
                sql: "state BETWEEN 1 AND 3 AND amount_cents > 0");
        }
    }
}
