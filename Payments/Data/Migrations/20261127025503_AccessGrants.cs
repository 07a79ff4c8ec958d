using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ReelBallers.Payments.Data.Migrations
{
    /// <inheritdoc />
    public partial class AccessGrants : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropCheckConstraint(
                name: "ck_checkouts_credits",
                table: "checkouts");

            migrationBuilder.AddColumn<string>(
                name: "access_username",
                table: "checkouts",
                type: "character varying(40)",
                maxLength: 40,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "grants",
                table: "checkouts",
                type: "text",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "access_grants",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    checkout_id = table.Column<Guid>(type: "uuid", nullable: false),
                    ordinal = table.Column<short>(type: "smallint", nullable: false),
                    user_id = table.Column<Guid>(type: "uuid", nullable: false),
                    product = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    name = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    duration_days = table.Column<int>(type: "integer", nullable: true),
                    access_username = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    access_key = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    state = table.Column<short>(type: "smallint", nullable: false),
                    attempts = table.Column<int>(type: "integer", nullable: false),
                    next_attempt_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    lease_id = table.Column<Guid>(type: "uuid", nullable: true),
                    leased_until = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    begun_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    granted_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    access_until = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    error = table.Column<string>(type: "text", nullable: true),
                    error_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    is_waiting_for_session = table.Column<bool>(type: "boolean", nullable: false, defaultValue: false),
                    completion_key = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: true),
                    trace_parent = table.Column<string>(type: "character varying(55)", maxLength: 55, nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_access_grants", x => x.id);
                    table.CheckConstraint("ck_access_grants_duration", "duration_days > 0");
                    table.CheckConstraint("ck_access_grants_lease", "(lease_id IS NULL) = (leased_until IS NULL)");
                    table.CheckConstraint("ck_access_grants_state", "state BETWEEN 1 AND 9");
                    table.ForeignKey(
                        name: "fk_access_grants_checkouts",
                        column: x => x.checkout_id,
                        principalTable: "checkouts",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.AddCheckConstraint(
                name: "ck_checkouts_credits",
                table: "checkouts",
                sql: "(credits > 0 OR (credits = 0 AND grants IS NOT NULL)) AND bonus_credits >= 0");

            migrationBuilder.CreateIndex(
                name: "ix_access_grants_access",
                table: "access_grants",
                columns: new[] { "product", "access_key" });

            migrationBuilder.CreateIndex(
                name: "ix_access_grants_due",
                table: "access_grants",
                column: "next_attempt_at",
                filter: "state IN (1, 5)");

            migrationBuilder.CreateIndex(
                name: "ix_access_grants_errors",
                table: "access_grants",
                column: "error_at",
                filter: "error_at IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_access_grants_open",
                table: "access_grants",
                columns: new[] { "created_at", "id" },
                filter: "state IN (3, 4, 6, 7)");

            migrationBuilder.CreateIndex(
                name: "ix_access_grants_updated",
                table: "access_grants",
                column: "updated_at");

            migrationBuilder.CreateIndex(
                name: "ix_access_grants_user",
                table: "access_grants",
                columns: new[] { "user_id", "created_at" });

            migrationBuilder.CreateIndex(
                name: "ux_access_grants_checkout",
                table: "access_grants",
                columns: new[] { "checkout_id", "ordinal" },
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "access_grants");

            migrationBuilder.DropCheckConstraint(
                name: "ck_checkouts_credits",
                table: "checkouts");

            migrationBuilder.DropColumn(
                name: "access_username",
                table: "checkouts");

            migrationBuilder.DropColumn(
                name: "grants",
                table: "checkouts");

            migrationBuilder.AddCheckConstraint(
                name: "ck_checkouts_credits",
                table: "checkouts",
                sql: "credits > 0 AND bonus_credits >= 0");
        }
    }
}
