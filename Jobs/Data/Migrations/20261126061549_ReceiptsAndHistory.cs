using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ReelBallers.Jobs.Data.Migrations
{
    /// <inheritdoc />
    public partial class ReceiptsAndHistory : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropCheckConstraint(
                name: "ck_jobs_refund",
                table: "jobs");

            migrationBuilder.AddColumn<long>(
                name: "charged_cents",
                table: "jobs",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "due_cents",
                table: "jobs",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "hold_transfer_id",
                table: "jobs",
                type: "character varying(64)",
                maxLength: 64,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "refund_transfer_id",
                table: "jobs",
                type: "character varying(64)",
                maxLength: 64,
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "retry_of",
                table: "jobs",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "settlement_transfer_id",
                table: "jobs",
                type: "character varying(64)",
                maxLength: 64,
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "faults",
                table: "intents",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.Sql(ChargeEnded);

            migrationBuilder.CreateTable(
                name: "job_history",
                columns: table => new
                {
                    job_id = table.Column<Guid>(type: "uuid", nullable: false),
                    user_id = table.Column<Guid>(type: "uuid", nullable: false),
                    status = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    archived_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    job = table.Column<string>(type: "jsonb", nullable: false),
                    runs = table.Column<string>(type: "jsonb", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_job_history", x => x.job_id);
                });

            migrationBuilder.CreateIndex(
                name: "ix_jobs_ended",
                table: "jobs",
                column: "updated_at",
                filter: "status in ('completed', 'failed', 'cancelled', 'timed_out')");

            migrationBuilder.AddCheckConstraint(
                name: "ck_jobs_charge",
                table: "jobs",
                sql: "due_cents between 0 and cost_cents and charged_cents between 0 and cost_cents");

            migrationBuilder.AddCheckConstraint(
                name: "ck_jobs_refund",
                table: "jobs",
                sql: "refunded_cents = case when status in ('failed', 'cancelled', 'timed_out') then cost_cents when status = 'completed' then cost_cents - coalesce(charged_cents, cost_cents) else 0 end");

            migrationBuilder.CreateIndex(
                name: "ix_intents_dead",
                table: "intents",
                column: "dead_since",
                filter: "dead_since is not null");

            migrationBuilder.CreateIndex(
                name: "ix_job_history_user_created",
                table: "job_history",
                columns: new[] { "user_id", "created_at", "job_id" },
                descending: new[] { false, true, true });

            migrationBuilder.CreateIndex(
                name: "ix_job_history_user_status_created",
                table: "job_history",
                columns: new[] { "user_id", "status", "created_at", "job_id" },
                descending: new[] { false, false, true, true });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "job_history");

            migrationBuilder.DropIndex(
                name: "ix_jobs_ended",
                table: "jobs");

            migrationBuilder.DropCheckConstraint(
                name: "ck_jobs_charge",
                table: "jobs");

            migrationBuilder.DropCheckConstraint(
                name: "ck_jobs_refund",
                table: "jobs");

            migrationBuilder.DropIndex(
                name: "ix_intents_dead",
                table: "intents");

            migrationBuilder.DropColumn(
                name: "charged_cents",
                table: "jobs");

            migrationBuilder.DropColumn(
                name: "due_cents",
                table: "jobs");

            migrationBuilder.DropColumn(
                name: "hold_transfer_id",
                table: "jobs");

            migrationBuilder.DropColumn(
                name: "refund_transfer_id",
                table: "jobs");

            migrationBuilder.DropColumn(
                name: "retry_of",
                table: "jobs");

            migrationBuilder.DropColumn(
                name: "settlement_transfer_id",
                table: "jobs");

            migrationBuilder.DropColumn(
                name: "faults",
                table: "intents");

            migrationBuilder.AddCheckConstraint(
                name: "ck_jobs_refund",
                table: "jobs",
                sql: "refunded_cents = case when status in ('failed', 'cancelled', 'timed_out') then cost_cents else 0 end");
        }
    }
}
