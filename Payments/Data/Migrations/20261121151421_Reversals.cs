using System;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace ReelBallers.Payments.Migrations
{
    /// <inheritdoc />
    public partial class Reversals : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "email",
                table: "customers",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "disputed_cents",
                table: "checkouts",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<string>(
                name: "receipt_email",
                table: "checkouts",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "refunded_cents",
                table: "checkouts",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<int>(
                name: "reversal_version",
                table: "checkouts",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<long>(
                name: "reversed_bonus_credits",
                table: "checkouts",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<long>(
                name: "reversed_credits",
                table: "checkouts",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.CreateTable(
                name: "payment_news",
                columns: table => new
                {
                    sequence = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityAlwaysColumn),
                    type = table.Column<short>(type: "smallint", nullable: false),
                    user_id = table.Column<Guid>(type: "uuid", nullable: false),
                    session_id = table.Column<string>(type: "text", nullable: false),
                    payment_intent_id = table.Column<string>(type: "text", nullable: false),
                    reference = table.Column<string>(type: "text", nullable: false),
                    amount_cents = table.Column<long>(type: "bigint", nullable: false),
                    credits = table.Column<long>(type: "bigint", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_payment_news", x => x.sequence);
                    table.CheckConstraint("ck_payment_news_type", "type BETWEEN 1 AND 6");
                });

            migrationBuilder.CreateTable(
                name: "refund_orders",
                columns: table => new
                {
                    id = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    checkout_id = table.Column<Guid>(type: "uuid", nullable: false),
                    requested_cents = table.Column<long>(type: "bigint", nullable: false),
                    amount_cents = table.Column<long>(type: "bigint", nullable: false),
                    is_forced = table.Column<bool>(type: "boolean", nullable: false),
                    reason = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    state = table.Column<short>(type: "smallint", nullable: false),
                    refund_id = table.Column<string>(type: "text", nullable: true),
                    refusal = table.Column<string>(type: "text", nullable: true),
                    stripe_attempt = table.Column<int>(type: "integer", nullable: false),
                    attempts = table.Column<int>(type: "integer", nullable: false),
                    next_attempt_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_refund_orders", x => x.id);
                    table.CheckConstraint("ck_refund_orders_state", "state BETWEEN 1 AND 3 AND amount_cents > 0");
                    table.ForeignKey(
                        name: "fk_refund_orders_checkouts",
                        column: x => x.checkout_id,
                        principalTable: "checkouts",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "stripe_reversals",
                columns: table => new
                {
                    id = table.Column<string>(type: "text", nullable: false),
                    kind = table.Column<short>(type: "smallint", nullable: false),
                    checkout_id = table.Column<Guid>(type: "uuid", nullable: false),
                    amount_cents = table.Column<long>(type: "bigint", nullable: false),
                    status = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: false),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_stripe_reversals", x => x.id);
                    table.CheckConstraint("ck_stripe_reversals_kind", "kind IN (1, 2) AND amount_cents > 0");
                    table.ForeignKey(
                        name: "fk_stripe_reversals_checkouts",
                        column: x => x.checkout_id,
                        principalTable: "checkouts",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "wallet_orders",
                columns: table => new
                {
                    checkout_id = table.Column<Guid>(type: "uuid", nullable: false),
                    sequence = table.Column<int>(type: "integer", nullable: false),
                    kind = table.Column<short>(type: "smallint", nullable: false),
                    paid_credits = table.Column<long>(type: "bigint", nullable: false),
                    bonus_credits = table.Column<long>(type: "bigint", nullable: false),
                    reference = table.Column<string>(type: "text", nullable: false),
                    planned_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    done_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_wallet_orders", x => new { x.checkout_id, x.sequence });
                    table.CheckConstraint("ck_wallet_orders_kind", "kind BETWEEN 1 AND 4 AND paid_credits >= 0 AND bonus_credits >= 0");
                    table.ForeignKey(
                        name: "fk_wallet_orders_checkouts",
                        column: x => x.checkout_id,
                        principalTable: "checkouts",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "worker_leases",
                columns: table => new
                {
                    name = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    holder = table.Column<Guid>(type: "uuid", nullable: false),
                    leased_until = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    due_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_worker_leases", x => x.name);
                });

            migrationBuilder.AddCheckConstraint(
                name: "ck_checkouts_reversed",
                table: "checkouts",
                sql: "reversed_credits BETWEEN 0 AND credits AND reversed_bonus_credits BETWEEN 0 AND bonus_credits AND refunded_cents >= 0 AND disputed_cents >= 0");

            migrationBuilder.CreateIndex(
                name: "ix_refund_orders_checkout_id",
                table: "refund_orders",
                column: "checkout_id");

            migrationBuilder.CreateIndex(
                name: "ix_refund_orders_pending",
                table: "refund_orders",
                column: "next_attempt_at",
                filter: "state = 1");

            migrationBuilder.CreateIndex(
                name: "ix_stripe_reversals_checkout_id",
                table: "stripe_reversals",
                column: "checkout_id");

            migrationBuilder.CreateIndex(
                name: "ix_wallet_orders_undone",
                table: "wallet_orders",
                column: "planned_at",
                filter: "done_at IS NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "payment_news");

            migrationBuilder.DropTable(
                name: "refund_orders");

            migrationBuilder.DropTable(
                name: "stripe_reversals");

            migrationBuilder.DropTable(
                name: "wallet_orders");

            migrationBuilder.DropTable(
                name: "worker_leases");

            migrationBuilder.DropCheckConstraint(
                name: "ck_checkouts_reversed",
                table: "checkouts");

            migrationBuilder.DropColumn(
                name: "email",
                table: "customers");

            migrationBuilder.DropColumn(
                name: "disputed_cents",
                table: "checkouts");

            migrationBuilder.DropColumn(
                name: "receipt_email",
                table: "checkouts");

            migrationBuilder.DropColumn(
                name: "refunded_cents",
                table: "checkouts");

            migrationBuilder.DropColumn(
                name: "reversal_version",
                table: "checkouts");

            migrationBuilder.DropColumn(
                name: "reversed_bonus_credits",
                table: "checkouts");

            migrationBuilder.DropColumn(
                name: "reversed_credits",
                table: "checkouts");
        }
    }
}
