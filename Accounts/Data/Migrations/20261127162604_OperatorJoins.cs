using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ReelBallers.Accounts.Data.Migrations
{
    /// <inheritdoc />
    public partial class OperatorJoins : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<Guid>(
                name: "act_id",
                table: "wallet_joins",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "actor_id",
                table: "wallet_joins",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "sessions_ended_at",
                table: "wallet_joins",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.CreateIndex(
                name: "ix_wallet_joins_sessions",
                table: "wallet_joins",
                column: "created_at",
                filter: "act_id IS NOT NULL AND sessions_ended_at IS NULL");

            migrationBuilder.AddCheckConstraint(
                name: "ck_wallet_joins_act",
                table: "wallet_joins",
                sql: "(act_id IS NULL) = (actor_id IS NULL)");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_wallet_joins_sessions",
                table: "wallet_joins");

            migrationBuilder.DropCheckConstraint(
                name: "ck_wallet_joins_act",
                table: "wallet_joins");

            migrationBuilder.DropColumn(
                name: "act_id",
                table: "wallet_joins");

            migrationBuilder.DropColumn(
                name: "actor_id",
                table: "wallet_joins");

            migrationBuilder.DropColumn(
                name: "sessions_ended_at",
                table: "wallet_joins");
        }
    }
}
