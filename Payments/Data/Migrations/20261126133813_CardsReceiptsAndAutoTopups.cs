using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ReelBallers.Payments.Data.Migrations
{
    /// <inheritdoc />
    public partial class CardsReceiptsAndAutoTopups : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropCheckConstraint(
                name: "ck_payment_events_type",
                table: "payment_events");

            migrationBuilder.DropCheckConstraint(
                name: "ck_parked_items_kind",
                table: "parked_items");

            migrationBuilder.AddColumn<string>(
                name: "cards",
                table: "customers",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "cards_read_at",
                table: "customers",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "collects_tax",
                table: "checkouts",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<long>(
                name: "discount_cents",
                table: "checkouts",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<string>(
                name: "invoice_url",
                table: "checkouts",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "makes_invoice",
                table: "checkouts",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<long>(
                name: "min_paid_cents",
                table: "checkouts",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "paid_cents",
                table: "checkouts",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "receipt_url",
                table: "checkouts",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "saves_card",
                table: "checkouts",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<short>(
                name: "source",
                table: "checkouts",
                type: "smallint",
                nullable: false,
                defaultValue: (short)1);

            migrationBuilder.AddColumn<long>(
                name: "tax_cents",
                table: "checkouts",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.CreateTable(
                name: "auto_topup_charges",
                columns: table => new
                {
                    checkout_id = table.Column<Guid>(type: "uuid", nullable: false),
                    user_id = table.Column<Guid>(type: "uuid", nullable: false),
                    rule_version = table.Column<int>(type: "integer", nullable: false),
                    customer_id = table.Column<string>(type: "text", nullable: false),
                    payment_method_id = table.Column<string>(type: "text", nullable: false),
                    stripe_attempt = table.Column<int>(type: "integer", nullable: false),
                    attempts = table.Column<int>(type: "integer", nullable: false),
                    next_attempt_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    error = table.Column<string>(type: "text", nullable: true),
                    decline_code = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: true),
                    ended_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_auto_topup_charges", x => x.checkout_id);
                    table.ForeignKey(
                        name: "fk_auto_topup_charges_checkouts",
                        column: x => x.checkout_id,
                        principalTable: "checkouts",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "auto_topups",
                columns: table => new
                {
                    user_id = table.Column<Guid>(type: "uuid", nullable: false),
                    state = table.Column<short>(type: "smallint", nullable: false),
                    threshold_cents = table.Column<long>(type: "bigint", nullable: false),
                    pack_id = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    agreed_price_cents = table.Column<long>(type: "bigint", nullable: false),
                    monthly_cap_cents = table.Column<long>(type: "bigint", nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false),
                    failures = table.Column<int>(type: "integer", nullable: false),
                    reason = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: true),
                    cool_off_until = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    action_checkout_id = table.Column<Guid>(type: "uuid", nullable: true),
                    next_check_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    lease_id = table.Column<Guid>(type: "uuid", nullable: true),
                    leased_until = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_auto_topups", x => x.user_id);
                    table.CheckConstraint("ck_auto_topups", "state BETWEEN 1 AND 4 AND threshold_cents > 0 AND agreed_price_cents > 0 AND failures >= 0");
                });

            migrationBuilder.AddCheckConstraint(
                name: "ck_payment_events_type",
                table: "payment_events",
                sql: "type BETWEEN 1 AND 8");

            migrationBuilder.AddCheckConstraint(
                name: "ck_parked_items_kind",
                table: "parked_items",
                sql: "kind BETWEEN 1 AND 5");

            migrationBuilder.AddCheckConstraint(
                name: "ck_checkouts_totals",
                table: "checkouts",
                sql: "paid_cents > 0 AND discount_cents >= 0 AND tax_cents >= 0 AND min_paid_cents > 0");

            migrationBuilder.CreateIndex(
                name: "ix_auto_topup_charges_due",
                table: "auto_topup_charges",
                column: "next_attempt_at",
                filter: "ended_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ux_auto_topup_charges_open",
                table: "auto_topup_charges",
                column: "user_id",
                unique: true,
                filter: "ended_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_auto_topups_action",
                table: "auto_topups",
                column: "action_checkout_id",
                filter: "action_checkout_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_auto_topups_due",
                table: "auto_topups",
                column: "next_check_at",
                filter: "state IN (1, 2)");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "auto_topup_charges");

            migrationBuilder.DropTable(
                name: "auto_topups");

            migrationBuilder.DropCheckConstraint(
                name: "ck_payment_events_type",
                table: "payment_events");

            migrationBuilder.DropCheckConstraint(
                name: "ck_parked_items_kind",
                table: "parked_items");

            migrationBuilder.DropCheckConstraint(
                name: "ck_checkouts_totals",
                table: "checkouts");

            migrationBuilder.DropColumn(
                name: "cards",
                table: "customers");

            migrationBuilder.DropColumn(
                name: "cards_read_at",
                table: "customers");

            migrationBuilder.DropColumn(
                name: "collects_tax",
                table: "checkouts");

            migrationBuilder.DropColumn(
                name: "discount_cents",
                table: "checkouts");

            migrationBuilder.DropColumn(
                name: "invoice_url",
                table: "checkouts");

            migrationBuilder.DropColumn(
                name: "makes_invoice",
                table: "checkouts");

            migrationBuilder.DropColumn(
                name: "min_paid_cents",
                table: "checkouts");

            migrationBuilder.DropColumn(
                name: "paid_cents",
                table: "checkouts");

            migrationBuilder.DropColumn(
                name: "receipt_url",
                table: "checkouts");

            migrationBuilder.DropColumn(
                name: "saves_card",
                table: "checkouts");

            migrationBuilder.DropColumn(
                name: "source",
                table: "checkouts");

            migrationBuilder.DropColumn(
                name: "tax_cents",
                table: "checkouts");

            migrationBuilder.AddCheckConstraint(
                name: "ck_payment_events_type",
                table: "payment_events",
                sql: "type BETWEEN 1 AND 6");

            migrationBuilder.AddCheckConstraint(
                name: "ck_parked_items_kind",
                table: "parked_items",
                sql: "kind BETWEEN 1 AND 4");
        }
    }
}
