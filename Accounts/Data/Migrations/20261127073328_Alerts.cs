using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ReelBallers.Accounts.Data.Migrations
{
    /// <inheritdoc />
    public partial class Alerts : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "account_deletions",
                columns: table => new
                {
                    user_id = table.Column<Guid>(type: "uuid", nullable: false),
                    users = table.Column<Guid[]>(type: "uuid[]", nullable: false),
                    forfeit_cents = table.Column<long[]>(type: "bigint[]", nullable: false),
                    deleted_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    sessions_ended_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    pass = table.Column<short>(type: "smallint", nullable: false),
                    done_steps = table.Column<short>(type: "smallint", nullable: false),
                    due_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    attempts = table.Column<int>(type: "integer", nullable: false),
                    leased_until = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    last_error = table.Column<string>(type: "text", nullable: true),
                    ended_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    late_cents = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_account_deletions", x => x.user_id);
                    table.CheckConstraint("ck_account_deletions_users", "users[1] = user_id AND cardinality(users) = cardinality(forfeit_cents)");
                });

            migrationBuilder.CreateIndex(
                name: "ix_account_deletions_due_at",
                table: "account_deletions",
                column: "due_at",
                filter: "ended_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_account_deletions_sessions",
                table: "account_deletions",
                column: "deleted_at",
                filter: "sessions_ended_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_account_deletions_users",
                table: "account_deletions",
                column: "users")
                .Annotation("Npgsql:IndexMethod", "gin");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "account_deletions");
        }
    }
}
