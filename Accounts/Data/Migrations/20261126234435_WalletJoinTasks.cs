using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ReelBallers.Accounts.Data.Migrations
{
    /// <inheritdoc />
    public partial class WalletJoinTasks : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_wallet_joins_pending",
                table: "wallet_joins");

            migrationBuilder.AddColumn<int>(
                name: "attempts",
                table: "wallet_joins",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "due_at",
                table: "wallet_joins",
                type: "timestamp with time zone",
                nullable: false,
                defaultValue: new DateTimeOffset(new DateTime(1, 1, 1, 0, 0, 0, 0, DateTimeKind.Unspecified), new TimeSpan(0, 0, 0, 0, 0)));

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "ended_at",
                table: "wallet_joins",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "last_error",
                table: "wallet_joins",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "leased_until",
                table: "wallet_joins",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "told_at",
                table: "wallet_joins",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.CreateIndex(
                name: "ix_wallet_joins_due_at",
                table: "wallet_joins",
                column: "due_at",
                filter: "state = 0");

            migrationBuilder.CreateIndex(
                name: "ix_wallet_joins_rejected",
                table: "wallet_joins",
                column: "ended_at",
                filter: "state = 2");

            migrationBuilder.AddCheckConstraint(
                name: "ck_wallet_joins_ended",
                table: "wallet_joins",
                sql: "(state = 0) = (ended_at IS NULL)");

            migrationBuilder.AddCheckConstraint(
                name: "ck_wallet_joins_lease",
                table: "wallet_joins",
                sql: "leased_until IS NULL OR state = 0");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_wallet_joins_due_at",
                table: "wallet_joins");

            migrationBuilder.DropIndex(
                name: "ix_wallet_joins_rejected",
                table: "wallet_joins");

            migrationBuilder.DropCheckConstraint(
                name: "ck_wallet_joins_ended",
                table: "wallet_joins");

            migrationBuilder.DropCheckConstraint(
                name: "ck_wallet_joins_lease",
                table: "wallet_joins");

            migrationBuilder.DropColumn(
                name: "attempts",
                table: "wallet_joins");

            migrationBuilder.DropColumn(
                name: "due_at",
                table: "wallet_joins");

            migrationBuilder.DropColumn(
                name: "ended_at",
                table: "wallet_joins");

            migrationBuilder.DropColumn(
                name: "last_error",
                table: "wallet_joins");

            migrationBuilder.DropColumn(
                name: "leased_until",
                table: "wallet_joins");

            migrationBuilder.DropColumn(
                name: "told_at",
                table: "wallet_joins");

            migrationBuilder.CreateIndex(
                name: "ix_wallet_joins_pending",
                table: "wallet_joins",
                column: "created_at",
                filter: "state = 0");
        }
    }
}
